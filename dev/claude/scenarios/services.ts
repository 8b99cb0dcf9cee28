/** Scenarios in which the API runs a tool of its own: with a result, with an error inside a 200, with a pause. */
import type { Draft, DraftBlock } from '../reply/draft.ts';
import { say } from '../reply/draft.ts';
import { call, cited, resultOf, SERVICES, toolOf } from '../services/web.ts';
import type { Options } from './options.ts';
import type { Scenario, Setting } from './scenario.ts';

const ALWAYS = Number.POSITIVE_INFINITY;

function draftOf(options: Options, { request, view }: Setting): Draft {
  const service = SERVICES.find((name) => name === options.text('tool', 'web_search')) ?? 'web_search';
  if (!request.tools.some(({ name }) => name === toolOf(service)))
    return say(`No ${toolOf(service)} is offered in this request.`);
  const url = options.text('url', 'https://lamps.example/');
  const error = options.text('error', '');
  const words: readonly DraftBlock[] =
    service === 'web_search' && error === ''
      ? [{ type: 'text', text: 'This was found: ' }, cited(url)]
      : [{ type: 'text', text: error === '' ? 'It is done.' : `It failed: ${error}.` }];
  const last = request.messages.at(-1);
  const paused = last?.role === 'assistant' ? last.content.at(-1) : undefined;
  if (paused?.type === 'other' && paused.tag === 'server_tool_use') {
    return { blocks: [resultOf(service, String(paused.raw['id']), url, error), ...words] };
  }
  if (view.step > 0) return say('The turn is over.');
  const inputs = { web_search: { query: view.newest }, web_fetch: { url } };
  const input =
    service === 'web_search' || service === 'web_fetch' ? inputs[service] : { command: 'echo 42' };
  const asked = call(request, service, service === 'code_execution' ? { code: 'print(42)' } : input);
  const id = asked.type === 'server' ? String(asked.block['id']) : '';
  const before: DraftBlock = { type: 'text', text: 'Looking.' };
  if (options.text('pause', 'no') === 'yes') return { blocks: [before, asked], stopReason: 'pause_turn' };
  return { blocks: [before, asked, resultOf(service, id, url, error), ...words] };
}

export const services: readonly Scenario[] = [
  {
    name: 'server-tool',
    help: 'A tool that the API runs itself: web_search, web_fetch, bash_code_execution or code_execution; error=max_uses_exceeded fails it inside a 200, pause=yes pauses before its result.',
    usage: '[scenario: server-tool tool=web_search url="https://lamps.example/" pause=no error=<code>]',
    times: ALWAYS,
    plan: (options, setting) => ({ draft: draftOf(options, setting) }),
  },
];
