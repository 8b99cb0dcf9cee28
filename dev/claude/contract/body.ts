/**
 * The whole body, in the order in which the API looks at it: known fields first, then unknown ones, then the shape of
 * the conversation, then what the model itself refuses. The first breach is the one reported.
 */
import { isObject, type JsonObject } from '#dev/stand-in/json.ts';
import { findModel, type ModelSpec } from '../models.ts';
import { Refused, refuse, type Refusal } from '../refusal.ts';
import { textBlock } from './blocks.ts';
import { checkCacheMarks } from './cache-marks.ts';
import * as field from './fields.ts';
import { readMessages } from './messages.ts';
import type { Block, MessageRequest } from './request.ts';
import { checkDeferred, checkServerBlocks } from './server-tools.ts';
import { checkStrictSchema, type SchemaBudget } from './schema.ts';
import { readEffort, readThinking, readThinkingForm } from './thinking.ts';
import { checkToolChoice, readToolChoice, readTools } from './tools.ts';
import { checkTurns } from './turns.ts';

export type Endpoint = 'messages' | 'count_tokens';
export type ReadRequest = { ok: true; request: MessageRequest } | { ok: false; refusal: Refusal };

const COUNT_KEYS = [
  'model',
  'messages',
  'cache_control',
  'output_config',
  'speed',
  'system',
  'thinking',
  'tool_choice',
  'tools',
];
const KEYS = [
  ...COUNT_KEYS,
  'max_tokens',
  'container',
  'diagnostics',
  'inference_geo',
  'metadata',
  'service_tier',
  'stop_sequences',
  'stream',
];

/** Reads a body that was parsed as JSON; `undefined` where it was no JSON. */
export function readRequest(body: unknown, endpoint: Endpoint, betas: readonly string[]): ReadRequest {
  try {
    return { ok: true, request: read(body, endpoint, betas) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

function read(body: unknown, endpoint: Endpoint, betas: readonly string[]): MessageRequest {
  if (!isObject(body)) refuse('json', 'The request body is not valid JSON: expected an object');
  const name = field.text(field.required(body, 'model', 'model'), 'model');
  if (name === '') refuse('field_value', 'model: String should have at least 1 character');
  const toolChoice = readToolChoice(body['tool_choice']);
  const budget: SchemaBudget = { optional: 0, unions: 0 };
  const tools = body['tools'] === undefined ? [] : readTools(body['tools'], budget);
  const messages = readMessages(field.required(body, 'messages', 'messages'));
  const system = readSystem(body['system']);
  const thinkingForm = readThinkingForm(body['thinking']);
  const output = readOutputConfig(body['output_config'], budget);
  const automaticMark = field.cacheMark(body['cache_control'], 'cache_control');
  const counting = endpoint === 'count_tokens';
  const maxTokens = counting ? undefined : readMaxTokens(body);
  const rest = readRest(body);
  checkSampling(body);
  field.onlyKeys(body, counting ? COUNT_KEYS : KEYS, '');

  const model = knownModel(name);
  checkDeferred(tools);
  checkTurns(messages, model);
  checkServerBlocks(messages, tools);
  checkCacheMarks({ tools, system, messages, automaticMark });
  checkMaxTokens(maxTokens, model);
  const effort = readEffort(output, model);
  const thinking = readThinking(thinkingForm, model, effort, maxTokens, betas);
  checkToolChoice(toolChoice, tools, model, thinking.type !== 'off');
  return {
    model,
    maxTokens: maxTokens ?? 0,
    messages,
    system,
    tools,
    toolChoice,
    thinking,
    effort,
    format:
      isObject(output['format']) && isObject(output['format']['schema'])
        ? output['format']['schema']
        : undefined,
    automaticMark,
    betas,
    ...rest,
  };
}

function knownModel(name: string): ModelSpec {
  const model = findModel(name);
  if (model === undefined) {
    throw new Refused({
      status: 404,
      type: 'not_found_error',
      message: `model: ${name}`,
      rule: 'model_known',
    });
  }
  return model;
}

function readSystem(value: unknown): readonly Block[] {
  if (value === undefined) return [];
  if (typeof value === 'string') return value === '' ? [] : [textBlock(value)];
  return field.list(value, 'system').map((item, index) => {
    if (!isObject(item)) refuse('field_type', `system.${index}: Input does not match the expected shape.`);
    const path = `system.${index}`;
    field.oneOf(field.required(item, 'type', `${path}.type`), ['text'], `${path}.type`);
    field.onlyKeys(item, ['type', 'text', 'cache_control', 'citations'], path);
    const text = field.text(field.required(item, 'text', `${path}.text`), `${path}.text`);
    const mark = field.cacheMark(item['cache_control'], `${path}.cache_control`);
    if (text === '' && mark !== undefined) {
      refuse('empty_text', `${path}: cache_control cannot be set for empty text blocks`);
    }
    if (text === '') refuse('empty_text', 'system: text content blocks must be non-empty');
    return { type: 'text', text, raw: { type: 'text', text }, mark };
  });
}

function readOutputConfig(value: unknown, budget: SchemaBudget): JsonObject {
  if (value === undefined) return {};
  if (!isObject(value)) refuse('field_type', 'output_config: Input does not match the expected shape.');
  field.onlyKeys(value, ['effort', 'format'], 'output_config');
  const format = value['format'];
  if (format === undefined || format === null) return value;
  const path = 'output_config.format';
  const shape = field.object(format, path);
  field.oneOf(field.required(shape, 'type', `${path}.type`), ['json_schema'], `${path}.type`);
  field.onlyKeys(shape, ['type', 'schema'], path);
  const schema = field.object(field.required(shape, 'schema', `${path}.schema`), `${path}.schema`);
  checkStrictSchema(schema, `${path}.schema`, budget);
  return value;
}

function readMaxTokens(body: JsonObject): number {
  const maxTokens = field.integer(field.required(body, 'max_tokens', 'max_tokens'), 'max_tokens');
  if (maxTokens < 0) refuse('max_tokens', 'max_tokens: must be greater than or equal to 0');
  return maxTokens;
}

function checkMaxTokens(maxTokens: number | undefined, model: ModelSpec): void {
  if (maxTokens !== undefined && maxTokens > model.maxOutputTokens) {
    refuse(
      'max_tokens',
      `max_tokens: ${maxTokens} > ${model.maxOutputTokens}, which is the maximum allowed number of output tokens ` +
        `for ${model.id}`,
    );
  }
}

function readRest(body: JsonObject): { stopSequences: readonly string[]; stream: boolean } {
  const metadata = body['metadata'];
  if (metadata !== undefined) {
    if (!isObject(metadata)) refuse('field_type', 'metadata: Input does not match the expected shape.');
    field.onlyKeys(metadata, ['user_id'], 'metadata');
    const user = metadata['user_id'];
    if (user !== undefined && user !== null) field.text(user, 'metadata.user_id');
  }
  const stops = body['stop_sequences'];
  const stopSequences =
    stops === undefined
      ? []
      : field.list(stops, 'stop_sequences').map((stop, index) => field.text(stop, `stop_sequences.${index}`));
  if (stopSequences.some((stop) => stop.trim() === '')) {
    refuse('stop_sequences', 'stop_sequences: each stop sequence must contain non-whitespace');
  }
  if (body['service_tier'] !== undefined) {
    field.oneOf(body['service_tier'], ['auto', 'standard_only'], 'service_tier');
  }
  if (body['speed'] !== undefined && body['speed'] !== null)
    field.oneOf(body['speed'], ['standard'], 'speed');
  const stream = body['stream'] === undefined ? false : field.flag(body['stream'], 'stream');
  return { stopSequences, stream };
}

/** Sampling parameters are gone with API version 2026-10-21; named apart from other extras because they are frequent. */
function checkSampling(body: JsonObject): void {
  const found = ['temperature', 'top_k', 'top_p'].find((key) => key in body);
  if (found !== undefined) refuse('sampling', `${found}: Extra inputs are not permitted`);
}
