/** Posts to a Slack incoming webhook, an address that a person gave. */
import { SafeFetchError } from '#shared/adapters/safe-fetch/error.ts';
import { resolveOverHttps } from '#shared/adapters/safe-fetch/dns.ts';
import { safeFetch } from '#shared/adapters/safe-fetch/safe-fetch.ts';
import { retryAfter } from '#shared/adapters/http/retry-after.ts';
import { type SlackOutcome, slackOutcome } from '#shared/core/channels/slack.ts';

const LIMITS = { timeoutMs: 15_000, maxBytes: 64 * 1024 };

export type Posted = SlackOutcome | { type: 'unknown'; reason: string };

/** @param settings whether addresses of this machine may be called, and where the app itself is */
export async function postToSlack(
  url: string,
  body: string,
  settings: { allowLocalUrls: boolean; publicOrigin: string },
  now: number,
): Promise<Posted> {
  const { allowLocalUrls: allowLocal, publicOrigin } = settings;
  const options = { ...LIMITS, resolve: resolveOverHttps(), allowLocal, publicOrigin };
  try {
    // There is no key that makes a repeat harmless. What fails here was surely not posted, and may be tried again.
    await safeFetch(new URL('/', url).href, { method: 'HEAD', headers: new Headers() }, options);
  } catch (error) {
    if (!(error instanceof SafeFetchError)) throw error;
    return error.code === 'address_refused'
      ? { type: 'dead', reason: 'This address may not be called.' }
      : { type: 'retry', reason: 'Slack could not be reached.', afterMs: null };
  }
  try {
    const headers = new Headers({ 'content-type': 'application/json', 'user-agent': 'agentic-tasks' });
    const answer = await safeFetch(url, { method: 'POST', headers, body }, options);
    return slackOutcome(answer.status, answer.text(), retryAfter(answer.headers, now));
  } catch (error) {
    if (!(error instanceof SafeFetchError)) throw error;
    return { type: 'unknown', reason: 'The connection broke while it was sent.' };
  }
}
