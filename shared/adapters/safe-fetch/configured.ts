/**
 * Calls to addresses of OUR settings (Resend, Google, ...): no rules about the address, because whoever deploys the app
 * chose it, but the same limits and errors. An address that a user or a server named goes through `safe-fetch.ts`.
 */
import { SafeFetchError } from './error.ts';
import {
  type Answer,
  answerOf,
  discard,
  type Limits,
  type Outgoing,
  readWithin,
  send,
  withinTime,
} from './exchange.ts';

export type { Answer, Limits, Outgoing };

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Asks a service of our settings, and reads all it answers. Every status but a redirect is an answer: a service that
 * sends us elsewhere is set up wrong, and what we send it is meant for nobody else.
 * Throws `SafeFetchError` (`redirect_refused`, `unreachable`, `timeout`, `aborted`, `too_large`).
 */
export function fetchConfigured(url: string, init: Outgoing, limits: Limits): Promise<Answer> {
  return withinTime(limits, async (signal) => {
    const response = await send(url, init, signal);
    if (REDIRECTS.has(response.status)) {
      discard(response);
      throw new SafeFetchError('redirect_refused');
    }
    return answerOf(response, await readWithin(response, limits.maxBytes));
  });
}
