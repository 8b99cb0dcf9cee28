/**
 * What the stand-in knows of each model, by the rules that decide whether a request is accepted.
 * Names: the `Model` union of @anthropic-ai/sdk 1.11.0. Rules of the 5.5 family: platform.claude.com/docs/en/models/
 * {sonnet-5-5,opus-5-5,haiku-5-5}/whats-new-*, fable-5-1/whats-new-fable-5-1; minimum cacheable lengths:
 * cache-rules.ts. Prices are not modelled here.
 */
import { MIN_CACHEABLE_TOKENS } from './cache-rules.ts';

export type Line = 'haiku' | 'sonnet' | 'opus' | 'fable' | 'mythos';
export type ThinkingType = 'adaptive' | 'between_tools' | 'disabled' | 'enabled';
export type Effort = 'low' | 'medium' | 'high' | 'xhigh' | 'max';

export interface ModelSpec {
  readonly id: string;
  readonly name: string;
  readonly line: Line;
  /** Day of release where a source says it, else the epoch, as the Models API does. */
  readonly released: string;
  readonly deprecated: boolean;
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  readonly minCacheableTokens: number;
  readonly thinkingTypes: readonly ThinkingType[];
  /** Whether a request that does not mention thinking thinks. */
  readonly thinksByDefault: boolean;
  readonly displayDefault: 'summarized' | 'omitted';
  readonly effortDefault: Effort;
  readonly forcedToolUse: boolean;
  readonly prefill: boolean;
  /** Accepts `role: "system"` inside `messages`. */
  readonly systemTurns: boolean;
  /** Checks that nothing before a thinking block changed since it was produced ("preserved thinking"). */
  readonly bindsPrefix: boolean;
  /** Other models whose thinking blocks it can read; blocks of all others are dropped without an error. */
  readonly readsThinkingOf: readonly string[];
}

const FOUR_FIVE = ['claude-haiku-4-5', 'claude-opus-4-5', 'claude-sonnet-4-5'];
const UP_TO_4_8 = [
  ...FOUR_FIVE,
  'claude-opus-4-6',
  'claude-sonnet-4-6',
  'claude-opus-4-7',
  'claude-opus-4-8',
];
/** Haiku 5.5 blocks replay on other models; the reverse does not hold (Bedrock guide, thinking block binding). */
const PORTABLE = ['claude-haiku-5-5'];

type Row = Pick<ModelSpec, 'id' | 'name' | 'line'> & Partial<ModelSpec>;

/** A model of the generation that thinks by default and takes no sampling, prefill or forced tool use. */
function modern(row: Row): ModelSpec {
  return {
    released: '1970-01-01',
    deprecated: false,
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    minCacheableTokens: MIN_CACHEABLE_TOKENS.opus5AndNewer.value,
    thinkingTypes: ['adaptive'],
    thinksByDefault: true,
    displayDefault: 'omitted',
    effortDefault: 'high',
    forcedToolUse: false,
    prefill: false,
    systemTurns: true,
    bindsPrefix: true,
    readsThinkingOf: PORTABLE,
    ...row,
  };
}

/** A model of the 5 and 4.6 to 4.8 generation: thinking may be off, tools may be forced, no binding of the prefix. */
function classic(row: Row): ModelSpec {
  return modern({
    forcedToolUse: true,
    bindsPrefix: false,
    readsThinkingOf: [...UP_TO_4_8, ...PORTABLE],
    thinkingTypes: ['adaptive', 'disabled'],
    ...row,
  });
}

/** A 4.5 model: extended thinking with a budget, off by default. */
function extended(row: Row): ModelSpec {
  return classic({
    contextTokens: 200_000,
    maxOutputTokens: 64_000,
    minCacheableTokens: MIN_CACHEABLE_TOKENS.opus46AndHaiku45.value,
    thinkingTypes: ['disabled', 'enabled'],
    thinksByDefault: false,
    displayDefault: 'summarized',
    prefill: true,
    systemTurns: false,
    ...row,
  });
}

/** In the order of the SDK's union, which puts newer models first; `GET /v1/models` lists them so. */
export const models: readonly ModelSpec[] = [
  modern({
    id: 'claude-fable-5-2',
    name: 'Claude Fable 5.2',
    line: 'fable',
    released: '2026-11-09',
    readsThinkingOf: ['claude-fable-5-1', 'claude-fable-5', 'claude-opus-5', 'claude-opus-5-5', ...PORTABLE],
  }),
  modern({ id: 'claude-mythos-5-2', name: 'Claude Mythos 5.2', line: 'mythos', bindsPrefix: false }),
  modern({
    id: 'claude-haiku-5-5',
    name: 'Claude Haiku 5.5',
    line: 'haiku',
    released: '2026-10-07',
    effortDefault: 'medium',
    thinkingTypes: ['adaptive', 'disabled'],
    forcedToolUse: true,
    systemTurns: false,
    readsThinkingOf: [],
  }),
  modern({
    id: 'claude-sonnet-5-5',
    name: 'Claude Sonnet 5.5',
    line: 'sonnet',
    released: '2026-09-28',
    thinkingTypes: ['adaptive', 'between_tools'],
    readsThinkingOf: ['claude-sonnet-5', ...UP_TO_4_8, ...PORTABLE],
  }),
  modern({
    id: 'claude-opus-5-5',
    name: 'Claude Opus 5.5',
    line: 'opus',
    released: '2026-09-22',
    effortDefault: 'medium',
    readsThinkingOf: ['claude-sonnet-5-5', 'claude-opus-5', ...UP_TO_4_8, ...PORTABLE],
  }),
  modern({
    id: 'claude-fable-5-1',
    name: 'Claude Fable 5.1',
    line: 'fable',
    readsThinkingOf: ['claude-fable-5', 'claude-opus-5', 'claude-opus-5-5', ...UP_TO_4_8, ...PORTABLE],
  }),
  modern({ id: 'claude-mythos-5-1', name: 'Claude Mythos 5.1', line: 'mythos', bindsPrefix: false }),
  classic({ id: 'claude-opus-5', name: 'Claude Opus 5', line: 'opus' }),
  classic({
    id: 'claude-sonnet-5',
    name: 'Claude Sonnet 5',
    line: 'sonnet',
    minCacheableTokens: MIN_CACHEABLE_TOKENS.sonnetAndOpus48.value,
    systemTurns: false,
  }),
  modern({
    id: 'claude-fable-5',
    name: 'Claude Fable 5',
    line: 'fable',
    released: '2026-06-09',
    bindsPrefix: false,
    readsThinkingOf: [...UP_TO_4_8, ...PORTABLE],
  }),
  modern({
    id: 'claude-mythos-5',
    name: 'Claude Mythos 5',
    line: 'mythos',
    released: '2026-06-09',
    bindsPrefix: false,
  }),
  classic({
    id: 'claude-opus-4-8',
    name: 'Claude Opus 4.8',
    line: 'opus',
    minCacheableTokens: MIN_CACHEABLE_TOKENS.sonnetAndOpus48.value,
    thinksByDefault: false,
  }),
  classic({
    id: 'claude-opus-4-7',
    name: 'Claude Opus 4.7',
    line: 'opus',
    minCacheableTokens: MIN_CACHEABLE_TOKENS.opus47.value,
    thinksByDefault: false,
    systemTurns: false,
  }),
  modern({ id: 'claude-mythos-preview', name: 'Claude Mythos Preview', line: 'mythos', bindsPrefix: false }),
  classic({
    id: 'claude-opus-4-6',
    name: 'Claude Opus 4.6',
    line: 'opus',
    minCacheableTokens: MIN_CACHEABLE_TOKENS.opus46AndHaiku45.value,
    thinksByDefault: false,
    thinkingTypes: ['adaptive', 'disabled', 'enabled'],
    displayDefault: 'summarized',
    systemTurns: false,
  }),
  classic({
    id: 'claude-sonnet-4-6',
    name: 'Claude Sonnet 4.6',
    line: 'sonnet',
    minCacheableTokens: MIN_CACHEABLE_TOKENS.sonnetAndOpus48.value,
    maxOutputTokens: 64_000,
    thinksByDefault: false,
    thinkingTypes: ['adaptive', 'disabled', 'enabled'],
    displayDefault: 'summarized',
    systemTurns: false,
  }),
  extended({ id: 'claude-haiku-4-5', name: 'Claude Haiku 4.5', line: 'haiku', released: '2025-10-01' }),
  extended({
    id: 'claude-haiku-4-5-20251001',
    name: 'Claude Haiku 4.5',
    line: 'haiku',
    released: '2025-10-01',
  }),
  extended({ id: 'claude-opus-4-5', name: 'Claude Opus 4.5', line: 'opus', released: '2025-11-01' }),
  extended({ id: 'claude-opus-4-5-20251101', name: 'Claude Opus 4.5', line: 'opus', released: '2025-11-01' }),
  extended({
    id: 'claude-sonnet-4-5',
    name: 'Claude Sonnet 4.5',
    line: 'sonnet',
    released: '2025-09-29',
    minCacheableTokens: MIN_CACHEABLE_TOKENS.sonnetAndOpus48.value,
    deprecated: true,
  }),
  extended({
    id: 'claude-sonnet-4-5-20250929',
    name: 'Claude Sonnet 4.5',
    line: 'sonnet',
    released: '2025-09-29',
    minCacheableTokens: MIN_CACHEABLE_TOKENS.sonnetAndOpus48.value,
    deprecated: true,
  }),
];

/** The model of that name, or `undefined`: the API answers 404 for a name it does not know. */
export function findModel(id: string): ModelSpec | undefined {
  return models.find((model) => model.id === id);
}
