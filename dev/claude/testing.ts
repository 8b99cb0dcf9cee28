/** What the tests of the stand-in share: a stand-in without a pace, and requests made of as little as possible. */
import { NO_PACE } from './reply/pace.ts';
import { createStandIn, type StandIn, type StandInOptions } from './stand-in.ts';

export const MODEL = 'claude-sonnet-5-5';

export function quickStandIn(options: StandInOptions = {}): StandIn {
  return createStandIn({ pace: NO_PACE, ...options });
}

/** Sends a body as it is, past every check the client makes. */
export async function post(
  standIn: StandIn,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return standIn.fetch(
    new Request(`http://localhost${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-api-key': 'test-key',
        'anthropic-version': '2026-10-21',
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  );
}
