/** `thinking` and `output_config.effort`: what a model takes differs most here, and each wrong pair is a 400. */
import type { JsonObject } from '#dev/stand-in/json.ts';
import type { Effort, ModelSpec } from '../models.ts';
import { refuse } from '../refusal.ts';
import * as field from './fields.ts';
import { BINDING_BETA, type Thinking } from './request.ts';

const EFFORTS: readonly Effort[] = ['low', 'medium', 'high', 'xhigh', 'max'];
const MIN_BUDGET_TOKENS = 1024;

/** `output_config.effort`; the model's own default where it is not given. */
export function readEffort(config: JsonObject, model: ModelSpec): Effort {
  const effort = config['effort'];
  if (effort === undefined || effort === null) return model.effortDefault;
  return field.oneOf(effort, EFFORTS, 'output_config.effort');
}

/** Checks the form of `thinking` alone, before any rule of the model: the API reports in this order. */
export function readThinkingForm(value: unknown): JsonObject | undefined {
  if (value === undefined) return undefined;
  const thinking = field.object(value, 'thinking');
  field.oneOf(
    field.required(thinking, 'type', 'thinking.type'),
    ['adaptive', 'between_tools', 'disabled', 'enabled'],
    'thinking.type',
  );
  return thinking;
}

/**
 * What the request means for this model.
 * @param maxTokens `undefined` when only counting tokens.
 */
export function readThinking(
  form: JsonObject | undefined,
  model: ModelSpec,
  effort: Effort,
  maxTokens: number | undefined,
  betas: readonly string[],
): Thinking {
  if (form === undefined) {
    return model.thinksByDefault
      ? { type: 'adaptive', display: model.displayDefault, onPrefixMismatch: 'error' }
      : { type: 'off' };
  }
  const type = field.oneOf(
    form['type'],
    ['adaptive', 'between_tools', 'disabled', 'enabled'],
    'thinking.type',
  );
  if (!model.thinkingTypes.includes(type)) refuse('thinking_type', notSupported(type, model));
  const highEffort = effort === 'xhigh' || effort === 'max';
  if (type === 'between_tools' || type === 'disabled') {
    field.onlyKeys(form, ['type'], `thinking.${type}`);
    if (highEffort) {
      refuse(
        'thinking_effort',
        `"thinking.type.${type}" is not supported at effort "${effort}". Use effort "high" or below, or ` +
          '"thinking.type.adaptive".',
      );
    }
    return type === 'disabled' ? { type: 'off' } : { type };
  }
  const keys = type === 'enabled' ? ['type', 'display', 'budget_tokens'] : ['type', 'display'];
  field.onlyKeys(
    form,
    [...keys, ...(betas.includes(BINDING_BETA) ? ['block_binding'] : [])],
    `thinking.${type}`,
  );
  if (type === 'enabled') checkBudget(form, maxTokens);
  const display = form['display'];
  return {
    type,
    display:
      display === undefined || display === null
        ? model.displayDefault
        : field.oneOf(display, ['summarized', 'omitted'], `thinking.${type}.display`),
    onPrefixMismatch: readBinding(form['block_binding']),
  };
}

function checkBudget(form: JsonObject, maxTokens: number | undefined): void {
  const path = 'thinking.enabled.budget_tokens';
  const budget = field.integer(field.required(form, 'budget_tokens', path), path);
  if (budget < MIN_BUDGET_TOKENS) {
    refuse('thinking_budget', `${path}: Input should be greater than or equal to ${MIN_BUDGET_TOKENS}`);
  }
  if (maxTokens !== undefined && maxTokens <= budget) {
    refuse('thinking_budget', '`max_tokens` must be greater than `thinking.budget_tokens`.');
  }
}

function readBinding(value: unknown): 'error' | 'drop_block' {
  if (value === undefined || value === null) return 'error';
  const binding = field.object(value, 'thinking.block_binding');
  field.onlyKeys(binding, ['prefix_mismatch_behavior'], 'thinking.block_binding');
  const behaviour = binding['prefix_mismatch_behavior'];
  if (behaviour === undefined || behaviour === null) return 'error';
  return field.oneOf(behaviour, ['error', 'drop_block'], 'thinking.block_binding.prefix_mismatch_behavior');
}

function notSupported(type: string, model: ModelSpec): string {
  const refusal = `"thinking.type.${type}" is not supported for this model.`;
  if (type === 'between_tools') return refusal;
  if (type === 'disabled' && model.thinkingTypes.includes('between_tools')) {
    return (
      `${refusal} Use "thinking.type.between_tools" for the lowest thinking setting, or "thinking.type.adaptive" ` +
      'and "output_config.effort" to control thinking behavior.'
    );
  }
  if (type === 'adaptive') return 'adaptive thinking is not supported on this model';
  return `${refusal} Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.`;
}
