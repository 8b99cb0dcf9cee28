/**
 * The one log: what a line may hold, and the logger that lets nothing else in. Field names are a closed set and
 * each has a shape that content and secrets do not fit, so no caller can leak by mistake. Errors are told by
 * name, code and place, never by message. Writing the line out is the sink's part.
 */
import { describeError, type ErrorRecord } from './errors.ts';

/** What a value that has no business in the log is replaced with. */
export const WITHHELD = '[withheld]';

export type Level = 'info' | 'warn' | 'error';

/** `id`: a UUID. `request`: the id of a request, ours or the platform's. `code`: a short word, ours or a neighbour's. */
const fields = {
  requestId: 'request',
  userId: 'id',
  sessionId: 'id',
  conversationId: 'id',
  turnId: 'id',
  callId: 'id',
  runId: 'id',
  dailyRunId: 'id',
  taskId: 'id',
  messageId: 'id',
  scheduleId: 'id',
  webhookId: 'id',
  code: 'code',
  reason: 'code',
  from: 'code',
  to: 'code',
  kind: 'code',
  outcome: 'code',
  effect: 'code',
  setting: 'code',
  method: 'code',
  route: 'code',
  model: 'code',
  status: 'number',
  ms: 'number',
  delayMs: 'number',
  lateMs: 'number',
  attempt: 'number',
  step: 'number',
  seq: 'number',
  count: 'number',
  failed: 'number',
  bytes: 'number',
  version: 'number',
  inputTokens: 'number',
  outputTokens: 'number',
  cacheReadTokens: 'number',
  cacheWriteTokens: 'number',
  cost: 'number',
  demo: 'boolean',
  retryable: 'boolean',
} as const satisfies Record<string, 'id' | 'request' | 'code' | 'number' | 'boolean'>;

type Kind = (typeof fields)[keyof typeof fields];
type Value<K extends Kind> = K extends 'number' ? number : K extends 'boolean' ? boolean : string;

/** Everything a line can say beside its event. `error` takes whatever was thrown. */
export type LogFields = {
  -readonly [Name in keyof typeof fields]?: Value<(typeof fields)[Name]> | null | undefined;
} & { error?: unknown };

/** One line as the sink gets it; `time` is in milliseconds since the epoch. */
export interface LogRecord {
  time: number;
  level: Level;
  event: string;
  [field: string]: string | number | boolean | ErrorRecord;
}

export type Sink = (record: LogRecord) => void;

export interface Logger {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** The same logger with fields that every one of its lines carries. */
  with(fields: LogFields): Logger;
}

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const RAY = /^[0-9a-f]{16}(?:-[A-Z]{3})?$/;
const CODE = /^[A-Za-z0-9_.:/-]{1,64}$/;
/** Twenty characters in one piece with capitals, small letters and digits: a key or a token, not a word. */
const RANDOM = /[A-Za-z0-9_-]{20,}/g;
const HEX = /[0-9a-f]{32,}/i;

const looksSecret = (text: string): boolean =>
  HEX.test(text) ||
  (text.match(RANDOM) ?? []).some((run) => /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run));

/** A short code as it is, anything else as `[withheld]`. */
export const safeCode = (value: unknown): string =>
  typeof value === 'string' && (ID.test(value) || (CODE.test(value) && !looksSecret(value)))
    ? value
    : WITHHELD;

function safeValue(kind: Kind, value: unknown): string | number | boolean {
  switch (kind) {
    case 'id':
      return typeof value === 'string' && ID.test(value) ? value : WITHHELD;
    case 'request':
      return typeof value === 'string' && (ID.test(value) || RAY.test(value)) ? value : WITHHELD;
    case 'code':
      return safeCode(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? value : WITHHELD;
    case 'boolean':
      return typeof value === 'boolean' ? value : WITHHELD;
    default:
      return kind satisfies never;
  }
}

const isField = (name: string): name is keyof typeof fields => Object.hasOwn(fields, name);

function safeFields(given: LogFields): Record<string, string | number | boolean | ErrorRecord> {
  const record: Record<string, string | number | boolean | ErrorRecord> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue;
    if (name === 'error') record[name] = describeError(value, safeCode);
    else if (isField(name)) record[name] = safeValue(fields[name], value);
    // An unknown name is not even shown by name: it came from outside the types.
  }
  return record;
}

/**
 * A logger that writes to `sink` with the time of `clock`. It never throws: a log line must not be able to
 * break the work that it tells about.
 */
export function makeLogger(sink: Sink, clock: { now(): number }, bound: LogFields = {}): Logger {
  const write = (level: Level, event: string, given: LogFields = {}): void => {
    try {
      sink({ time: clock.now(), level, event: safeCode(event), ...safeFields({ ...bound, ...given }) });
    } catch {
      // Nothing to tell it to: the log itself is what failed.
    }
  };
  return {
    info: (event, given) => write('info', event, given),
    warn: (event, given) => write('warn', event, given),
    error: (event, given) => write('error', event, given),
    with: (more) => makeLogger(sink, clock, { ...bound, ...more }),
  };
}
