/** Models for tests: one that does whatever any text tells it to, and one that plays a script. */
import { isArray, isObject, parseJson, canonical, type JsonObject } from '#dev/stand-in/json.ts';
import type { MessageRequest } from '../contract/request.ts';
import { say, type Draft, type DraftBlock } from '../reply/draft.ts';
import type { Scenario, Setting } from './scenario.ts';

const ALWAYS = Number.POSITIVE_INFINITY;
const ORDER = /(?<![A-Z])DO(-AGAIN)? ([A-Za-z0-9_-]+) (\{)/g;

/** The JSON object that begins at `from`; undefined where there is none. */
function objectAt(text: string, from: number): JsonObject | undefined {
  for (let end = text.indexOf('}', from); end >= 0 && end - from < 20_000; end = text.indexOf('}', end + 1)) {
    const value = parseJson(text.slice(from, end + 1));
    if (isObject(value)) return value;
  }
  return undefined;
}

/** Every text that the model is shown, wherever it stands. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (isArray(value)) return value.flatMap(textsOf);
  return isObject(value) ? Object.values(value).flatMap(textsOf) : [];
}

interface Order {
  name: string;
  input: JsonObject;
  again: boolean;
}

function ordersIn(request: MessageRequest): Order[] {
  // What the model itself has said and called is no order to it.
  const shown = request.messages.filter(({ role }) => role === 'user').map(({ content }) => content);
  const texts = textsOf([request.tools.map(({ description }) => description), request.system, shown]);
  // What stands in JSON or HTML inside a text is an order too.
  const plain = texts.flatMap((text) => [text, text.replaceAll('\\"', '"'), text.replaceAll('&quot;', '"')]);
  return plain.flatMap((text) =>
    [...text.matchAll(ORDER)].flatMap((match): Order[] => {
      const input = objectAt(text, match.index + match[0].length - 1);
      return input === undefined ? [] : [{ name: match[2] ?? '', input, again: match[1] !== undefined }];
    }),
  );
}

const same = (name: string, input: JsonObject): string => `${name} ${canonical(input)}`;

function obey({ request, view }: Setting, parallel: boolean): Draft {
  const done = new Set(
    request.messages.flatMap(({ content }) =>
      content.flatMap((block) => (block.type === 'tool_use' ? [same(block.name, block.input)] : [])),
    ),
  );
  const calls: DraftBlock[] = [];
  const now = new Set<string>();
  for (const { name, input, again } of ordersIn(request)) {
    const tool = view.tools.find((each) => each.name === name || each.name.endsWith(`__${name}`))?.name;
    if (tool === undefined) continue;
    const call = same(tool, input);
    if (now.has(call) || (done.has(call) && !(again && view.step === 0))) continue;
    now.add(call);
    calls.push({ type: 'tool_use', name: tool, input });
  }
  if (calls.length === 0) return say('done');
  return { blocks: parallel ? calls : calls.slice(0, 1) };
}

/** One step of `[[{tool, input}, {say}], ...]`; after the last one it says "done". */
function scripted(steps: readonly unknown[], { view }: Setting): Draft {
  const step = steps[view.step];
  const parts = isArray(step) ? step : step === undefined ? [] : [step];
  const blocks = parts.flatMap((part): DraftBlock[] => {
    if (!isObject(part)) return [];
    if (typeof part['say'] === 'string') return [{ type: 'text', text: part['say'] }];
    const input = isObject(part['input']) ? part['input'] : {};
    return typeof part['tool'] === 'string' ? [{ type: 'tool_use', name: part['tool'], input }] : [];
  });
  return blocks.length === 0 ? say('done') : { blocks };
}

export const puppets: readonly Scenario[] = [
  {
    name: 'obedient',
    help: 'Does whatever any text it is shown orders: DO tool_name {"json": "object"}, each once.',
    usage: '[scenario: obedient parallel=no]',
    times: ALWAYS,
    plan: (options, setting) => ({ draft: obey(setting, options.text('parallel', 'no') === 'yes') }),
  },
  {
    name: 'loop',
    help: 'Calls a tool so many times, one call a step.',
    usage: '[scenario: loop tool=get_current_time count=20]',
    times: ALWAYS,
    plan: (options, setting) => {
      const left = setting.view.step < options.number('count', 20);
      const name = options.text('tool', 'get_current_time');
      // Something different each time, where the tool takes something.
      const input = name === 'recall' ? { query: `thing ${setting.view.step}` } : {};
      return { draft: left ? { blocks: [{ type: 'tool_use', name, input }] } : say('done') };
    },
  },
  {
    name: 'script',
    help: 'Plays steps, each a list of calls or words: [[{"tool": "recall", "input": {}}], {"say": "hello"}].',
    usage: '[scenario: script steps=[]]',
    times: ALWAYS,
    plan: (options, setting) => ({ draft: scripted(options.list('steps'), setting) }),
  },
];
