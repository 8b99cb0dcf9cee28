/** A tool call as one human sentence, and how it stands. */
import type { ContentBlock } from '#shared/protocol/conversation.ts';
import type { Risk } from '#shared/protocol/question.ts';

export type Use = Extract<ContentBlock, { type: 'tool_use' }>;
export type Result = Extract<ContentBlock, { type: 'tool_result' }>;

const LONGEST = 60;

const short = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const line = (text ?? '').replaceAll(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
};

/** `gmail__search_mail` is "Search mail". */
export const plainName = (name: string): string => {
  const plain = (name.split('__').at(-1) ?? name).replace(/[_-]+/g, ' ').trim();
  return plain.charAt(0).toUpperCase() + plain.slice(1);
};

const host = (url: unknown): string =>
  typeof url === 'string' && URL.canParse(url) ? new URL(url).host : short(url);

/** What built-in tools do, said with their arguments. */
const own: Readonly<Record<string, (input: Use['input']) => string>> = {
  ask_user: () => 'Asked you',
  get_current_time: () => 'Looked at the clock',
  remember: ({ text }) => `Remembered “${short(text)}”`,
  recall: ({ query }) =>
    query ? `Recalled what it knows about “${short(query)}”` : 'Recalled what it knows of you',
  http_request: ({ method, url }) =>
    method === 'GET' || method === 'HEAD' ? `Read ${host(url)}` : `Sent ${short(method)} to ${host(url)}`,
  write_file: ({ name }) => `Wrote “${short(name)}”`,
  read_file: () => 'Read a file',
  list_files: () => 'Looked through the files',
  records_query: () => 'Looked into your records',
  records_write: () => 'Changed your records',
  archive_conversation: () => 'Archived this conversation',
  web_search: ({ query }) => `Searched the web for “${short(query)}”`,
  web_fetch: ({ url }) => `Read ${host(url)}`,
  code_execution: () => 'Ran code',
  tool_search_tool_bm25: () => 'Looked for a tool',
};

/** The argument that says most of what a call is about. */
const telling = ['to', 'query', 'title', 'subject', 'name', 'path', 'url', 'id', 'text'];

/** The sentence of a call. */
export function sentenceOf({ name, input, intent }: Use): string {
  const mine = name.includes('__') ? undefined : own[name];
  if (mine) return mine(input);
  const key = telling.find((each) => typeof input[each] === 'string' && input[each] !== '');
  const about =
    key === undefined ? '' : key === 'to' ? ` to ${short(input[key])}` : ` “${short(input[key])}”`;
  const from = intent?.from ? ` · ${intent.from.name}` : '';
  return `${intent?.title ?? plainName(name)}${about}${from}`;
}

export interface Standing {
  tone: 'working' | 'waiting' | 'ok' | 'failed' | 'unknown' | 'quiet';
  word: string;
}

const seconds = (ms: number): string =>
  ms < 950 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`;

/** How a call stands: waiting, running, done. `running`: a turn runs that may still call it. */
export function standingOf(use: Use, result: Result | null, running: boolean): Standing {
  if (result === null) {
    if (use.intent) return { tone: 'working', word: 'running' };
    return running ? { tone: 'quiet', word: '' } : { tone: 'waiting', word: 'waits for you' };
  }
  const took = result.durationMs === undefined ? '' : seconds(result.durationMs);
  switch (result.outcome) {
    case 'denied':
      return { tone: 'quiet', word: 'not done' };
    case 'expired':
      return { tone: 'quiet', word: 'expired, not done' };
    case 'stopped':
      return { tone: 'quiet', word: 'stopped' };
    case 'unknown':
      return { tone: 'unknown', word: 'outcome unknown: check before doing it again' };
    default:
      return result.isError ? { tone: 'failed', word: 'failed' } : { tone: 'ok', word: took };
  }
}

const allowed: Readonly<Record<string, string>> = {
  policy: 'It only looks, or keeps things for you',
  setting: 'Your setting: runs without asking',
  rule: 'Your standing rule',
  approval: 'You said yes',
};

/** Who let a call run. */
export const allowedWords = (use: Use): string | null =>
  use.intent ? (allowed[use.intent.allowedBy.type] ?? null) : null;

export const riskWords: Readonly<Record<Risk, string>> = {
  read: 'Looks',
  store: 'Keeps things for you',
  write: 'Changes things',
  send: 'Sends to others',
  destroy: 'Deletes',
};
