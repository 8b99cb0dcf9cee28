/** Scenarios in which there is no whole reply: errors instead of one, and replies that break off. */
import type { ErrorType } from '../refusal.ts';
import { NATURAL_PACE } from '../reply/pace.ts';
import type { Options } from './options.ts';
import type { Plan, Scenario } from './scenario.ts';

const ALWAYS = Number.POSITIVE_INFINITY;

function http(
  status: number,
  type: ErrorType,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Plan {
  return { http: { status, type, message, headers } };
}

function rateLimit(options: Options): Plan {
  const seconds = options.number('retry-after', 1);
  const milliseconds = options.number('retry-after-ms', seconds * 1000);
  return http(429, 'rate_limit_error', 'This request would exceed your rate limit. Please try again later.', {
    'retry-after': String(seconds),
    'retry-after-ms': String(milliseconds),
  });
}

export const failures: readonly Scenario[] = [
  {
    name: 'rate-limit',
    help: '429 rate_limit_error with retry-after (seconds) and retry-after-ms.',
    usage: '[scenario: rate-limit retry-after=1 retry-after-ms=1000 times=1]',
    times: 1,
    plan: rateLimit,
  },
  {
    name: 'overloaded',
    help: '529 overloaded_error.',
    usage: '[scenario: overloaded times=1]',
    times: 1,
    plan: () => http(529, 'overloaded_error', 'Overloaded'),
  },
  {
    name: 'server-error',
    help: '500 api_error.',
    usage: '[scenario: server-error times=1]',
    times: 1,
    plan: () => http(500, 'api_error', 'Internal server error'),
  },
  {
    name: 'unauthorized',
    help: '401 authentication_error, as after a revoked key.',
    usage: '[scenario: unauthorized times=always]',
    times: ALWAYS,
    plan: () => http(401, 'authentication_error', 'invalid x-api-key'),
  },
  {
    name: 'too-long',
    help: '400 invalid_request_error: the prompt is longer than the context window.',
    usage: '[scenario: too-long times=always]',
    times: ALWAYS,
    plan: (_options, { request }) => {
      const most = request.model.contextTokens;
      return http(
        400,
        'invalid_request_error',
        `prompt is too long: ${most + 1234} tokens > ${most} maximum`,
      );
    },
  },
  {
    name: 'error-after',
    help: 'An error event after HTTP 200, once so many deltas were sent.',
    usage: '[scenario: error-after deltas=3 type=overloaded_error times=1]',
    times: 1,
    plan: (options) => {
      const type =
        options.text('type', 'overloaded_error') === 'api_error' ? 'api_error' : 'overloaded_error';
      const message = type === 'api_error' ? 'Internal server error' : 'Overloaded';
      return { stream: { kind: 'error_event', after: options.number('deltas', 3), type, message } };
    },
  },
  {
    name: 'cut',
    help: 'The body ends after so many bytes: how=reset breaks the connection, how=end closes it as if all were well.',
    usage: '[scenario: cut byte=600 how=reset times=1]',
    times: 1,
    plan: (options) => ({
      stream: {
        kind: 'cut',
        atByte: options.number('byte', 600),
        how: options.text('how', 'reset') === 'end' ? 'end' : 'reset',
      },
    }),
  },
  {
    name: 'silence',
    help: 'Not a byte more after so many deltas, until the client gives up.',
    usage: '[scenario: silence deltas=3 times=1]',
    times: 1,
    plan: (options) => ({ stream: { kind: 'silence', after: options.number('deltas', 3) } }),
  },
  {
    name: 'slow',
    help: 'A slow stream: milliseconds to the first token and per token.',
    usage: '[scenario: slow first-token-ms=2000 token-ms=200]',
    times: ALWAYS,
    plan: (options) => ({
      pace: {
        firstTokenMs: options.number('first-token-ms', NATURAL_PACE.firstTokenMs * 8),
        tokenMs: options.number('token-ms', 200),
      },
    }),
  },
];
