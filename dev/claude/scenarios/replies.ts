/** Scenarios about what a reply holds: calls of tools, much text, every kind of markdown, given words. */
import { isObject, type JsonObject } from '#dev/stand-in/json.ts';
import { say, type DraftBlock } from '../reply/draft.ts';
import { sampleOf } from '../speech/sample.ts';
import { reportOutcomes } from '../speech/tools.ts';
import { SHOWCASE } from './showcase.ts';
import type { Scenario, Setting } from './scenario.ts';

const ALWAYS = Number.POSITIVE_INFINITY;
const WORDS =
  'a calm desk holds a lamp and a list and the list grows shorter while the light moves over the wood until evening'.split(
    ' ',
  );

/** Calls given as `[{name, input}]`; what is missing is filled in from the tools of the request. */
function callsFrom(given: readonly unknown[], setting: Setting): readonly DraftBlock[] {
  return given.flatMap((one) => {
    if (!isObject(one) || typeof one['name'] !== 'string') return [];
    return [call(one['name'], isObject(one['input']) ? one['input'] : undefined, setting)];
  });
}

function call(name: string, input: JsonObject | undefined, { view }: Setting): DraftBlock {
  const tool = view.tools.find((one) => one.name === name);
  const made = tool === undefined ? {} : sampleOf(tool.inputSchema, view.newest);
  return { type: 'tool_use', name, input: input ?? made };
}

function longText(words: number): string {
  const sentences: string[] = [];
  for (let start = 0; start < words; start += WORDS.length) {
    const sentence = WORDS.slice(0, Math.min(WORDS.length, words - start)).join(' ');
    sentences.push(`${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`);
  }
  const paragraphs: string[] = [];
  for (let start = 0; start < sentences.length; start += 5) {
    paragraphs.push(sentences.slice(start, start + 5).join(' '));
  }
  return paragraphs.join('\n\n');
}

export const replies: readonly Scenario[] = [
  {
    name: 'say',
    help: 'Says exactly the given text.',
    usage: '[scenario: say text="Good morning."]',
    times: ALWAYS,
    plan: (options) => ({ draft: say(options.text('text', 'Good morning.')) }),
  },
  {
    name: 'think',
    help: 'Thinks for so many words before a short answer; visible with display summarized.',
    usage: '[scenario: think words=60]',
    times: ALWAYS,
    plan: (options) => ({
      draft: say('That needed a thought, and here is the answer.', longText(options.number('words', 60))),
    }),
  },
  {
    name: 'tool',
    help: 'Calls the named tool with the given JSON (made from its schema where none is given), then tells what came back.',
    usage: '[scenario: tool name=<tool> input={"key": "value"}]',
    times: ALWAYS,
    plan: (options, setting) => {
      if (setting.view.step > 0) return { draft: reportOutcomes(setting.view) };
      const name = options.text('name', setting.view.tools[0]?.name ?? '');
      if (name === '') return { draft: say('No tool is offered in this request, so there is none to call.') };
      const thought: DraftBlock = { type: 'thinking', text: `The message asks for a call of ${name}.` };
      return { draft: { blocks: [thought, call(name, options.object('input'), setting)] } };
    },
  },
  {
    name: 'tools',
    help: 'Several calls in one reply (all offered tools where none are given), then tells what came back.',
    usage: '[scenario: tools calls=[{"name": "<tool>", "input": {}}, {"name": "<tool>"}]]',
    times: ALWAYS,
    plan: (options, setting) => {
      if (setting.view.step > 0) return { draft: reportOutcomes(setting.view) };
      const given = options.list('calls');
      const calls = callsFrom(
        given.length > 0 ? given : setting.view.tools.map(({ name }) => ({ name })),
        setting,
      );
      if (calls.length === 0)
        return { draft: say('No tool is offered in this request, so there is none to call.') };
      return {
        draft: { blocks: [{ type: 'text', text: `Calling ${calls.length} tools at once.` }, ...calls] },
      };
    },
  },
  {
    name: 'long',
    help: 'A reply of so many words.',
    usage: '[scenario: long words=400]',
    times: ALWAYS,
    plan: (options) => ({ draft: say(longText(options.number('words', 400))) }),
  },
  {
    name: 'markdown',
    help: 'Every kind of markdown, with HTML, a script and a remote image that a client must neither run nor load.',
    usage: '[scenario: markdown]',
    times: ALWAYS,
    plan: () => ({ draft: say(SHOWCASE) }),
  },
  {
    name: 'empty',
    help: 'A reply without any content that ends as if it were complete.',
    usage: '[scenario: empty]',
    times: ALWAYS,
    plan: () => ({ draft: { blocks: [] } }),
  },
];
