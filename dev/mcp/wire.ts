/** What goes wrong below the protocol: servers that are down, silent or closed, and answers that break. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Mode } from './space.ts';

/** On answers that are not the protocol's, so that nobody takes them for those of a real service. */
export const LABEL: Readonly<Record<string, string>> = {
  'x-stand-in': 'agentic-tasks; demo tools',
  'cache-control': 'no-store',
};

export const json = (body: object, status = 200): Response => Response.json(body, { status, headers: LABEL });
export const refuse = (status: number, problem: string): Response => json({ ok: false, problem }, status);

/** 401 as RFC 6750 has it. @param given a token came, and is not good (any more) */
export function unauthorized(given: boolean): Response {
  const challenge = given
    ? 'Bearer realm="test server", error="invalid_token"'
    : 'Bearer realm="test server"';
  return new Response(null, { status: 401, headers: { ...LABEL, 'www-authenticate': challenge } });
}

/** What a server in this mode answers instead; null when it goes on as ever. `hang`: until the caller is gone. */
export async function inMode(mode: Mode | undefined, request: Request): Promise<Response | null> {
  if (mode === undefined) return null;
  switch (mode.mode) {
    case 'ok':
      return null;
    case 'down':
      return refuse(503, 'Down for a test.');
    case 'unauthorized':
      return unauthorized(request.headers.has('authorization'));
    case 'hang':
      await gone(request.signal);
      return refuse(503, 'The caller is gone.');
    case 'slow':
      await Promise.race([sleep(mode.ms, undefined, { ref: false }), gone(request.signal)]);
      return null;
    default:
      return mode.mode satisfies never;
  }
}

async function gone(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
}

export const badJson = (): Response =>
  new Response('{"jsonrpc": "2.0", "result": {', { headers: { 'content-type': 'application/json' } });

/** Lets everything happen, and breaks the connection where the answer would be. */
export function dropped(answer: Promise<Response>): Response {
  const body = new ReadableStream({
    async start(controller) {
      await answer.then((response) => response.text()).catch(() => '');
      controller.error(new Error('cut'));
    },
  });
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}
