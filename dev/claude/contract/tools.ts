/** The tools of a request and how the model may choose among them. */
import { isObject, without, type JsonObject } from '#dev/stand-in/json.ts';
import type { ModelSpec } from '../models.ts';
import { refuse } from '../refusal.ts';
import * as field from './fields.ts';
import type { ToolChoice, ToolSpec } from './request.ts';
import { checkStrictSchema, type SchemaBudget } from './schema.ts';

const NAME = /^[a-zA-Z0-9_-]{1,128}$/;
const TOOL_KEYS = [
  'name',
  'description',
  'input_schema',
  'type',
  'strict',
  'cache_control',
  'defer_loading',
  'allowed_callers',
  'eager_input_streaming',
  'input_examples',
];
/** Anthropic's own tools in the `ToolUnion` of SDK 1.11.0; the stand-in accepts them, and plays some (services/). */
const BUILTIN =
  /^(web_search|web_fetch|code_execution|bash|memory|text_editor|tool_search_tool_(regex|bm25)|computer_toolset|browser_toolset)_20\d{6}$/;
/** These must be called by the name of their type. */
const FIXED_NAME = /^(web_search|web_fetch|code_execution|tool_search_tool_(?:regex|bm25))_20\d{6}$/;
/** Enforced by the API, absent from its documentation pages. */
const MAX_STRICT_TOOLS = 20;

/** Reads `tools`; names must be unique and well formed, schemas objects, strict schemas within the subset. */
export function readTools(value: unknown, budget: SchemaBudget): readonly ToolSpec[] {
  const tools = field.list(value, 'tools').map((tool, index) => readTool(tool, index, budget));
  if (new Set(tools.map((tool) => tool.name)).size < tools.length) {
    refuse('tool_names_unique', 'tools: Tool names must be unique.');
  }
  const strict = tools.filter((tool) => tool.strict).length;
  if (strict > MAX_STRICT_TOOLS) {
    refuse(
      'strict_tools_count',
      `Too many strict tools (${strict}). The maximum number of strict tools supported is ${MAX_STRICT_TOOLS}. ` +
        'Try reducing the number of tools marked as strict.',
    );
  }
  return tools;
}

function readTool(value: unknown, index: number, budget: SchemaBudget): ToolSpec {
  const tool = field.object(value, `tools.${index}`);
  const type = tool['type'];
  if (typeof type === 'string' && type !== 'custom') return readBuiltin(tool, type, index);
  const path = `tools.${index}.custom`;
  const name = field.text(field.required(tool, 'name', `${path}.name`), `${path}.name`);
  if (name === '') refuse('tool_name', `${path}.name: String should have at least 1 character`);
  if (!NAME.test(name)) refuse('tool_name', `${path}.name: String should match pattern '${NAME.source}'`);
  const schema = field.object(
    field.required(tool, 'input_schema', `${path}.input_schema`),
    `${path}.input_schema`,
  );
  if (schema['type'] !== 'object') {
    const path_ = `${path}.input_schema.type`;
    field.oneOf(field.required(schema, 'type', path_), ['object'], path_);
  }
  checkShape(schema, `${path}.input_schema`);
  field.onlyKeys(tool, TOOL_KEYS, path);
  const strict = tool['strict'] === undefined ? false : field.flag(tool['strict'], `${path}.strict`);
  if (strict) checkStrictSchema(schema, path, budget);
  const description = tool['description'];
  return {
    name,
    description: description === undefined ? '' : field.text(description, `${path}.description`),
    inputSchema: schema,
    strict,
    deferred: tool['defer_loading'] === true,
    builtin: undefined,
    mark: field.cacheMark(tool['cache_control'], `${path}.cache_control`),
    raw: without(tool, 'cache_control'),
  };
}

/** The mistakes a hand-written schema makes most; a full check of JSON Schema 2020-12 is not attempted. */
function checkShape(schema: JsonObject, path: string): void {
  const properties = schema['properties'];
  const required = schema['required'];
  const wellFormed =
    (properties === undefined || properties === null || isObject(properties)) &&
    (required === undefined || required === null || Array.isArray(required)) &&
    (!isObject(properties) ||
      Object.values(properties).every((one) => isObject(one) || typeof one === 'boolean'));
  if (!wellFormed) {
    refuse(
      'tool_schema',
      `${path}: JSON schema is invalid. It must match JSON Schema draft 2020-12 ` +
        '(https://json-schema.org/draft/2020-12). Learn more about tool use at https://docs.claude.com/en/docs/tool-use.',
    );
  }
}

function readBuiltin(tool: JsonObject, type: string, index: number): ToolSpec {
  if (!BUILTIN.test(type)) {
    refuse(
      'tool_type',
      `tools.${index}: Input tag '${type}' found using 'type' does not match any of the expected tags`,
    );
  }
  const fixed = FIXED_NAME.exec(type)?.[1];
  const name = tool['name'];
  if (fixed !== undefined) field.oneOf(name, [fixed], `tools.${index}.${type}.name`);
  return {
    name: typeof name === 'string' ? name : type.replace(/_20\d{6}$/, ''),
    description: '',
    inputSchema: { type: 'object' },
    strict: false,
    deferred: tool['defer_loading'] === true,
    builtin: type,
    mark: field.cacheMark(tool['cache_control'], `tools.${index}.${type}.cache_control`),
    raw: without(tool, 'cache_control'),
  };
}

/** Reads the form of `tool_choice`; whether the model takes it is `checkToolChoice`. */
export function readToolChoice(value: unknown): ToolChoice {
  if (value === undefined) return { type: 'auto', parallel: true };
  const choice = field.object(value, 'tool_choice');
  const type = field.oneOf(
    field.required(choice, 'type', 'tool_choice.type'),
    ['auto', 'any', 'tool', 'none'],
    'tool_choice.type',
  );
  const single = choice['disable_parallel_tool_use'];
  const parallel = single === undefined || !field.flag(single, 'tool_choice.disable_parallel_tool_use');
  if (type !== 'tool') {
    field.onlyKeys(choice, type === 'none' ? ['type'] : ['type', 'disable_parallel_tool_use'], 'tool_choice');
    return { type, parallel };
  }
  field.onlyKeys(choice, ['type', 'name', 'disable_parallel_tool_use'], 'tool_choice');
  const name = field.text(field.required(choice, 'name', 'tool_choice.name'), 'tool_choice.name');
  return { type, name, parallel };
}

/** Forced tool use: refused by every model that always thinks, and by the others while they think. */
export function checkToolChoice(
  choice: ToolChoice,
  tools: readonly ToolSpec[],
  model: ModelSpec,
  thinks: boolean,
): void {
  if (choice.type === 'auto' || choice.type === 'none') return;
  if (!model.forcedToolUse) {
    refuse('forced_tool_use', 'tool_choice: type "tool" and "any" are not supported for this model.');
  }
  if (choice.type === 'any' && tools.length === 0) {
    refuse('tool_choice', 'tool_choice.any may only be specified while providing tools');
  }
  if (choice.type === 'tool' && !tools.some((tool) => tool.name === choice.name)) {
    refuse('tool_choice', `Tool '${choice.name}' not found in provided tools`);
  }
  if (thinks) {
    refuse('forced_tool_use', 'Thinking may not be enabled when tool_choice forces tool use.');
  }
}
