/**
 * What the API's own tools answer, made up: searches, pages and output in the shapes of SDK 1.11.0. Nothing is searched,
 * fetched or run, and the results say so.
 */
import type { MessageRequest } from '../contract/request.ts';
import type { Draft, DraftBlock } from '../reply/draft.ts';
import type { JsonObject } from '#dev/stand-in/json.ts';
import { serverId } from './tool-search.ts';

export type Service = 'web_search' | 'web_fetch' | 'bash_code_execution' | 'code_execution';
export const SERVICES: readonly Service[] = [
  'web_search',
  'web_fetch',
  'bash_code_execution',
  'code_execution',
];

/** The tool of a request that a service belongs to: the shell is a part of code execution. */
export const toolOf = (service: Service): string =>
  service === 'bash_code_execution' ? 'code_execution' : service;

const direct = { type: 'direct' };
const TITLE = 'A page of the stand-in';

export const call = (request: MessageRequest, service: Service, input: JsonObject): DraftBlock => ({
  type: 'server',
  block: { type: 'server_tool_use', id: serverId(request, service), name: service, input, caller: direct },
});

/** The result of the call with this id; with an error code it failed, and HTTP still says 200. */
export function resultOf(service: Service, id: string, url: string, error: string): DraftBlock {
  const type = `${service}_tool_result`;
  const failed = { type: `${service}_tool_result_error`, error_code: error };
  const content = error === '' ? contentOf(service, url) : failed;
  // Results of code have no caller.
  const caller = service.startsWith('web_') ? { caller: direct } : {};
  return { type: 'server', block: { type, tool_use_id: id, ...caller, content } };
}

function contentOf(service: Service, url: string): unknown {
  switch (service) {
    case 'web_search':
      return [
        {
          type: 'web_search_result',
          url,
          title: TITLE,
          encrypted_content: 'c3RhbmQtaW4gcmVzdWx0',
          page_age: null,
        },
      ];
    case 'web_fetch':
      return {
        type: 'web_fetch_result',
        url,
        retrieved_at: '2026-01-15T09:00:00Z',
        content: {
          type: 'document',
          source: { type: 'text', media_type: 'text/plain', data: 'Lamps are made up here.' },
          title: TITLE,
          citations: null,
        },
      };
    case 'bash_code_execution':
      return { type: 'bash_code_execution_result', stdout: '42\n', stderr: '', return_code: 0, content: [] };
    case 'code_execution':
      return { type: 'code_execution_result', stdout: '42\n', stderr: '', return_code: 0, content: [] };
    default:
      return service satisfies never;
  }
}

/** The draft with the result that a paused turn waits for: whatever goes on with such a turn begins with it. */
export function withResumed(draft: Draft, request: MessageRequest): Draft {
  const last = request.messages.at(-1);
  const paused = last?.role === 'assistant' ? last.content.at(-1) : undefined;
  if (paused?.type !== 'other' || paused.tag !== 'server_tool_use') return draft;
  const id = String(paused.raw['id']);
  const given = draft.blocks.some((block) => block.type === 'server' && block.block['tool_use_id'] === id);
  const service = SERVICES.find((name) => name === paused.raw['name']);
  if (given || service === undefined) return draft;
  return { ...draft, blocks: [resultOf(service, id, 'https://lamps.example/', ''), ...draft.blocks] };
}

/** A sentence with the place it was taken from, as a search leaves it. */
export const cited = (url: string): DraftBlock => ({
  type: 'text',
  text: 'Lamps are made up here.',
  citations: [
    {
      type: 'web_search_result_location',
      url,
      title: TITLE,
      encrypted_index: 'c3RhbmQtaW4gaW5kZXg=',
      cited_text: 'Lamps are made up here.',
    },
  ],
});
