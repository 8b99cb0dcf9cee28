/** `GET /v1/models` and `GET /v1/models/:id`; shapes: SDK 1.11.0, `ModelInfo` and `PageResponse`. */
import { models, type ModelSpec } from './models.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 1000;

/** One page of the list: `limit`, `after_id`, `before_id` as the API has them; `lifecycle[]` filters. */
export function listModels(query: URLSearchParams): object {
  const stages = query.getAll('lifecycle[]');
  const wanted = models.filter((model) => stages.length === 0 || stages.includes(lifecycle(model)));
  const after = wanted.findIndex((model) => model.id === query.get('after_id'));
  const before = wanted.findIndex((model) => model.id === query.get('before_id'));
  const limit = Math.min(
    MAX_LIMIT,
    Math.max(1, Number(query.get('limit') ?? DEFAULT_LIMIT) || DEFAULT_LIMIT),
  );
  const range = before >= 0 ? wanted.slice(Math.max(0, before - limit), before) : wanted.slice(after + 1);
  const page = range.slice(0, limit);
  return {
    data: page.map(modelInfo),
    has_more: range.length > page.length,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
}

/** What the Models API says of one model; the name says that it is not the model itself. */
export function modelInfo(model: ModelSpec): object {
  const supported = (yes: boolean): object => ({ supported: yes });
  const thinks = (type: ModelSpec['thinkingTypes'][number]): object =>
    supported(model.thinkingTypes.includes(type));
  return {
    type: 'model',
    id: model.id,
    display_name: `${model.name} (stand-in)`,
    created_at: `${model.released}T00:00:00Z`,
    line: model.line,
    lifecycle: lifecycle(model),
    deprecated_at: null,
    retires_at: null,
    max_input_tokens: model.contextTokens,
    max_tokens: model.maxOutputTokens,
    capabilities: {
      batch: supported(false),
      citations: supported(false),
      code_execution: supported(false),
      context_management: {
        supported: false,
        clear_thinking_20251015: null,
        clear_tool_uses_20250919: null,
        compact_20260112: null,
      },
      effort: {
        supported: true,
        low: supported(true),
        medium: supported(true),
        high: supported(true),
        xhigh: supported(true),
        max: supported(true),
      },
      image_input: supported(true),
      pdf_input: supported(true),
      server_tools: { supported: false, code_execution: supported(false), web_search: supported(false) },
      structured_outputs: supported(true),
      thinking: {
        supported: true,
        types: {
          adaptive: thinks('adaptive'),
          between_tools: thinks('between_tools'),
          disabled: thinks('disabled'),
          enabled: thinks('enabled'),
        },
      },
    },
  };
}

function lifecycle(model: ModelSpec): 'active' | 'deprecated' {
  return model.deprecated ? 'deprecated' : 'active';
}
