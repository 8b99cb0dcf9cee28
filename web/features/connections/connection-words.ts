/** How a connection stands, and what became of an attempt to make one, for people. */
import type { Connection } from '#shared/protocol/connection.ts';
import { codeOf, ProblemError } from '#shared/client/problem-error.ts';

export const stateWords: Readonly<
  Record<Connection['status'], { word: string; tone: 'ok' | 'working' | 'waiting' | 'failed' }>
> = {
  connected: { word: 'Connected', tone: 'ok' },
  checking: { word: 'Checking', tone: 'working' },
  needs_reconnect: { word: 'Needs a new token', tone: 'waiting' },
  unreachable: { word: 'Cannot be reached', tone: 'failed' },
};

/** By the codes of the MCP client. What to do about it comes last. */
const whys: Readonly<Record<string, string>> = {
  address_refused: 'This address may not be called. It has to be https, on the public internet.',
  unreachable: 'There is no answer at this address.',
  timeout: 'The server did not answer in time. Try again.',
  unauthorized: 'The server wants a token, or does not take this one.',
  too_large: 'What the server says of its tools is too long to take in.',
  bad_answer: 'There is no MCP server at this address.',
  refused: 'The server refused to say what tools it has.',
  unavailable: 'The server is overloaded or broken right now. Try again later.',
  unsupported: 'The server wants something that this app does not do.',
};

/** Why a connection is not what it was; null where the state says it all. */
export function problemWords({ status, problem }: Connection): string | null {
  if (status === 'needs_reconnect') return 'It does not take its token any more. Claude goes on without it.';
  return status === 'unreachable' && problem !== null ? (whys[problem] ?? null) : null;
}

/** Why a server could not be connected; null leaves it to the general words. */
export function whyNot(error: unknown): string | null {
  if (codeOf(error) === 'limit_reached')
    return 'You have as many connections as there can be. Disconnect one first.';
  if (!(error instanceof ProblemError) || error.code !== 'connection_failed') return null;
  return whys[error.message] ?? null;
}

/** What is wrong with an address that was typed, before anything is asked; null when nothing is. */
export function addressFault(typed: string): string | null {
  if (!URL.canParse(typed)) return 'Give the whole address, beginning with https://';
  const { protocol, hostname } = new URL(typed);
  const local = hostname === 'localhost' || hostname === '127.0.0.1';
  if (protocol === 'https:' || (protocol === 'http:' && local)) return null;
  return 'The address has to begin with https://, so that nobody on the way can read the token.';
}

export const toolsWords = (count: number): string =>
  count === 0 ? 'No tools' : count === 1 ? '1 tool' : `${count} tools`;

const leftWhys: Readonly<Record<string, string>> = {
  too_many: 'more than one server may bring',
  too_large: 'too long a description',
  bad_tool: 'not described as tools have to be',
};

/** "3 of its tools are left out: too long a description." */
export function leftWords(left: Connection['left']): string | null {
  const count = left.reduce((sum, each) => sum + each.count, 0);
  if (count === 0) return null;
  const why = left.flatMap(({ reason }) => leftWhys[reason] ?? []).join('; ');
  const some = count === 1 ? 'One of its tools is left out' : `${count} of its tools are left out`;
  return `${some}${why && `: ${why}`}.`;
}
