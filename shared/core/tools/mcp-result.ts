/** From a server's answer to what the model and the page are told. Everything in it is outside content. */
import type { CallOutcome } from '#shared/protocol/conversation.ts';
import type { FieldAnswer, Risk } from '#shared/protocol/question.ts';
import type { McpContent, McpFault, McpInputAnswer, McpInputRequest } from './mcp.ts';

/** Images that one result may bring before the model; the rest are named. */
const maxImages = 4;

export interface Told {
  text: string;
  images: Array<Extract<McpContent, { type: 'image' }>>;
}

const shown = /^image\/(png|jpeg|gif|webp)$/;

/** The words of a result, and the images that the model can look at. */
export function tellContent(content: ReadonlyArray<McpContent>, structured: unknown): Told {
  const images: Told['images'] = [];
  const lines = content.map((part) => {
    switch (part.type) {
      case 'text':
        return part.text;
      case 'image':
        if (!shown.test(part.mimeType) || images.length >= maxImages) return `[image, ${part.mimeType}]`;
        images.push(part);
        return `[image ${images.length}, shown below]`;
      case 'audio':
        return `[audio, ${part.mimeType}: cannot be listened to here]`;
      case 'link':
        return `[link "${part.name}" ${part.uri}${part.description === null ? '' : `: ${part.description}`}]`;
      case 'resource':
        return `[resource ${part.uri}]\n${part.text}`;
      case 'blob':
        return `[resource ${part.uri}, ${part.mimeType ?? 'of no known type'}, not text]`;
      default:
        return part satisfies never;
    }
  });
  const said = lines.join('\n').trim();
  if (said !== '') return { text: said, images };
  return {
    text: structured === undefined ? 'Done. No content came back.' : JSON.stringify(structured),
    images,
  };
}

const faults: Readonly<Record<McpFault['code'], string>> = {
  unreachable: 'the server could not be reached',
  address_refused: 'its address may not be called',
  timeout: 'the server did not answer in time',
  aborted: 'the call was given up',
  unauthorized: 'the server refused the token; the person can give a new one under Connections',
  too_large: 'its answer is too large',
  bad_answer: 'its answer is not what it should be',
  refused: 'the server refused the call',
  unavailable: 'the server is overloaded or broken right now',
  unsupported: 'the server asked for something this app does not do',
};

/** What a failed call is to the model: surely not done, or nobody knows. What only looks can simply be tried again. */
export function tellFault(fault: McpFault, risk: Risk): { outcome: CallOutcome; text: string } {
  const why = `${faults[fault.code]}${fault.message === '' ? '' : ` (${fault.message})`}`;
  if (fault.mayHaveRun && risk !== 'read')
    return {
      outcome: 'unknown',
      text: `Outcome unknown: ${why}. The call may have been carried out all the same. Check before doing it again, and tell the person.`,
    };
  return { outcome: 'error', text: `Not done: ${why}.` };
}

type Schema = Readonly<Record<string, unknown>>;

const memberOf = (schema: Schema | null, name: string): Schema => {
  const properties: unknown = schema?.['properties'];
  const member: unknown =
    typeof properties === 'object' && properties !== null
      ? Object.entries(properties).find(([key]) => key === name)?.[1]
      : null;
  return typeof member === 'object' && member !== null ? { ...member } : {};
};

function typed(value: FieldAnswer, schema: Schema): unknown {
  if (schema['type'] === 'boolean') return value === true || value === 'true';
  if (schema['type'] === 'number' || schema['type'] === 'integer') return Number(value);
  return value;
}

/** The person's answers in the form that the server asked for; fields are named `<request>.<property>`. */
export function inputAnswers(
  requests: ReadonlyArray<McpInputRequest>,
  answers: Readonly<Record<string, FieldAnswer>>,
): Record<string, McpInputAnswer> {
  return Object.fromEntries(
    requests.map(({ key, schema, mode }): [string, McpInputAnswer] => {
      const mine = Object.entries(answers).filter(([id]) => id.startsWith(`${key}.`));
      const sole = answers[`${key}.`];
      // Nothing was said to it: that is no yes.
      if (mode === 'url' || sole !== undefined || mine.length === 0)
        return [key, sole === true ? { action: 'accept', content: {} } : { action: 'decline' }];
      const content = mine.map(([id, value]) => {
        const name = id.slice(key.length + 1);
        return [name, typed(value, memberOf(schema, name))];
      });
      return [key, { action: 'accept', content: Object.fromEntries(content) }];
    }),
  );
}
