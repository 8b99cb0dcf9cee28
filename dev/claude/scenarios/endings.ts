/** Scenarios about how a reply ends: every stop reason, at the worst place. */
import type { JsonObject } from '#dev/stand-in/json.ts';
import { say } from '../reply/draft.ts';
import { sampleOf } from '../speech/sample.ts';
import type { Scenario, Setting } from './scenario.ts';

const ALWAYS = Number.POSITIVE_INFINITY;
const CATEGORIES = ['cyber', 'bio', 'frontier_llm', 'reasoning_extraction', 'general_harms'];
const LONG_STORY =
  'It begins in the middle of a sentence that promises a great deal, gathers a second thought on the way, and would ' +
  'have gone on to a third, had the limit not come first, as limits do, without asking whether this was a good place.';

/** Blocks as Anthropic's own web search leaves them; a paused turn ends after the call. */
const SEARCH_ID = 'srvtoolu_01StandInPausedSearch';

export const endings: readonly Scenario[] = [
  {
    name: 'refusal',
    help: 'stop_reason refusal with stop_details; words=0 refuses before anything was said.',
    usage: '[scenario: refusal category=general_harms words=0]',
    times: ALWAYS,
    plan: (options) => {
      const wanted = options.text('category', 'general_harms');
      const category = CATEGORIES.includes(wanted) ? wanted : null;
      const words = LONG_STORY.split(' ').slice(0, options.number('words', 0)).join(' ');
      const stopDetails: JsonObject = {
        type: 'refusal',
        category,
        explanation: 'The stand-in was asked to refuse this request.',
      };
      return { draft: { blocks: words === '' ? [] : say(words).blocks, stopReason: 'refusal', stopDetails } };
    },
  },
  {
    name: 'max-tokens',
    help: 'stop_reason max_tokens in the middle of the text.',
    usage: '[scenario: max-tokens after=12]',
    times: ALWAYS,
    plan: (options) => ({
      draft: { ...say(LONG_STORY), cutAfterTokens: options.number('after', 12), cutReason: 'max_tokens' },
    }),
  },
  {
    name: 'max-tokens-tool',
    help: 'stop_reason max_tokens in the middle of a tool call: its JSON stays incomplete.',
    usage: '[scenario: max-tokens-tool name=<offered tool> input={...} after=6]',
    times: ALWAYS,
    plan: (options, setting) => {
      const name = options.text('name', setting.view.tools[0]?.name ?? 'no_tool_offered');
      const input = options.object('input') ?? {
        ...inputFor(setting, name),
        note: 'long enough to be cut in the middle of it',
      };
      return {
        draft: {
          blocks: [{ type: 'tool_use', name, input }],
          cutAfterTokens: options.number('after', 6),
          cutReason: 'max_tokens',
        },
      };
    },
  },
  {
    name: 'context-exceeded',
    help: 'stop_reason model_context_window_exceeded in the middle of the text.',
    usage: '[scenario: context-exceeded after=12]',
    times: ALWAYS,
    plan: (options) => ({
      draft: {
        ...say(LONG_STORY),
        cutAfterTokens: options.number('after', 12),
        cutReason: 'model_context_window_exceeded',
      },
    }),
  },
  {
    name: 'stop-sequence',
    help: 'stop_reason stop_sequence before the given text.',
    usage: '[scenario: stop-sequence text="STOP"]',
    times: ALWAYS,
    plan: (options) => {
      const stopAt = options.text('text', 'STOP');
      return { draft: { ...say(`This much is said. ${stopAt} This is not.`), stopAt } };
    },
  },
  {
    name: 'pause-turn',
    help: 'stop_reason pause_turn after a server tool call; sent back as it is, the reply goes on.',
    usage: '[scenario: pause-turn]',
    times: ALWAYS,
    plan: (_options, { request, view }) => {
      const paused = request.messages.at(-1)?.role === 'assistant';
      if (!paused && view.step === 0) {
        const call = {
          type: 'server_tool_use',
          id: SEARCH_ID,
          name: 'web_search',
          input: { query: view.newest },
        };
        return {
          draft: {
            blocks: [
              { type: 'text', text: 'Looking this up.' },
              { type: 'server', block: { ...call, caller: { type: 'direct' } } },
            ],
            stopReason: 'pause_turn',
          },
        };
      }
      const result = {
        type: 'web_search_tool_result',
        tool_use_id: SEARCH_ID,
        caller: { type: 'direct' },
        content: [],
      };
      return {
        draft: {
          blocks: [
            { type: 'server', block: result },
            { type: 'text', text: 'The turn went on where it had paused, and this is its end.' },
          ],
        },
      };
    },
  },
];

function inputFor({ view }: Setting, name: string): JsonObject {
  const tool = view.tools.find((one) => one.name === name);
  return tool === undefined ? {} : sampleOf(tool.inputSchema, view.newest);
}
