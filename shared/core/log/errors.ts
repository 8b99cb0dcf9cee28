/**
 * What the log may know of an error: name, code, status, where in our code, and the same of its causes. Messages
 * are left out because drivers and SDKs put parameters, bodies and keys into them.
 */

export interface ErrorRecord {
  name: string;
  code?: string;
  status?: number;
  stack?: string[];
  cause?: ErrorRecord;
}

const MAX_FRAMES = 12;
const MAX_CAUSES = 4;
/** A place in a source file; function names are left out because computed ones can hold anything. */
const FRAME =
  /^\s+at (?:.* \()?((?:[A-Za-z]+:)?[A-Za-z0-9_./@:+-]*?[A-Za-z0-9_.@-]+\.(?:ts|tsx|js|mjs|cjs):\d+:\d+)\)?$/;

/**
 * The frames of a stack without its head. The head repeats the message, which may itself contain lines that look
 * like frames; a stack whose head cannot be told from the frames is dropped as a whole.
 */
function frames(stack: string, message: string): string[] {
  const at = message === '' ? stack.indexOf('\n') : stack.indexOf(message);
  if (at === -1 || !/^[A-Za-z0-9_.]*(?:: )?$/.test(stack.slice(0, at))) return [];
  const rest = stack.slice(at + message.length);
  if (!rest.startsWith('\n')) return [];
  return rest
    .split('\n')
    .flatMap((line) => {
      const place = FRAME.exec(line)?.[1];
      // Folders above the project say nothing about the fault and something about the machine.
      return place ? [place.split('/').slice(-3).join('/').slice(-80)] : [];
    })
    .slice(0, MAX_FRAMES);
}

function read(thrown: object, safeCode: (value: unknown) => string, depth: number): ErrorRecord {
  const field = (name: string): unknown => Reflect.get(thrown, name);
  const record: ErrorRecord = { name: safeCode(field('name')) };
  const code = field('code');
  if (typeof code === 'string' || typeof code === 'number') record.code = safeCode(String(code));
  const status = field('status');
  if (typeof status === 'number' && Number.isInteger(status)) record.status = status;
  const stack = field('stack');
  const message = field('message');
  if (depth === 0 && typeof stack === 'string' && typeof message === 'string') {
    const places = frames(stack, message);
    if (places.length > 0) record.stack = places;
  }
  const cause = field('cause');
  if (depth < MAX_CAUSES && cause !== undefined && cause !== null)
    record.cause = describe(cause, safeCode, depth + 1);
  return record;
}

function describe(thrown: unknown, safeCode: (value: unknown) => string, depth: number): ErrorRecord {
  if (typeof thrown !== 'object' || thrown === null) return { name: typeof thrown };
  try {
    return read(thrown, safeCode, depth);
  } catch {
    // A getter of the thrown thing threw in turn.
    return { name: 'Unreadable' };
  }
}

/** Describes anything that was thrown; `safeCode` decides which words may be shown. */
export const describeError = (thrown: unknown, safeCode: (value: unknown) => string): ErrorRecord =>
  describe(thrown, safeCode, 0);
