/**
 * The rules of the prompt cache as dated data: each constant with where it was read and when. What no source says is in
 * `UNKNOWN`, and nothing here is tuned to make a figure come out. Nobody has held them against a live key yet.
 */

export interface Sourced<T> {
  readonly value: T;
  readonly source: string;
  /** The day it was read, ISO 8601. */
  readonly read: string;
}

const CACHING = 'platform.claude.com/docs/en/build-with-claude/prompt-caching';
/** Of pages of that address only copies and reports of others were read. */
const LENGTHS = 'dev.to/creeta/claudes-prompt-cache-fails-silently-below-1024-tokens-1ch1 (a third party)';
const LOOK_BACK =
  'dev.to/ji_ai/claude-prompt-caching-why-agent-loops-miss-the-20-block-lookback-d36 (a third party)';
const DEFERRED = 'platform.claude.com/docs/en/agents-and-tools/tool-use/tool-use-with-prompt-caching';
const PRICES = 'platform.claude.com/docs: models/sonnet-5-5/overview, opus-5-5, haiku-5-5/overview';
const READ = '2026-11-24';

const from = <T>(value: T, source: string, read = READ): Sourced<T> => ({ value, source, read });

/** Below so many tokens a prefix is neither written nor read, and no error says so. */
export const MIN_CACHEABLE_TOKENS = {
  opus5AndNewer: from(512, `${LENGTHS}: Opus 5, Fable 5, Mythos 5; for what is newer see UNKNOWN`),
  sonnetAndOpus48: from(1024, `${LENGTHS}: Opus 4.8, Sonnet 5, 4.6 and 4.5`),
  opus47: from(2048, `${LENGTHS}: Opus 4.7`),
  opus46AndHaiku45: from(4096, `${LENGTHS}: Opus 4.6, Opus 4.5, Haiku 4.5`),
} as const;

/** From the last write or read of an entry. */
export const TTL_MS = {
  '5m': from(5 * 60_000, CACHING),
  '1h': from(60 * 60_000, CACHING),
} as const;

/** Marks in one request; the automatic one takes a place. */
export const MAX_BREAKPOINTS = from(4, `${CACHING}; the same in ${LOOK_BACK}`);

/** Places that a read looks back over from a mark, the mark being the first. */
export const LOOK_BACK_PLACES = from(20, LOOK_BACK);

/** Prices as multiples of the price of input. */
export const PRICE_FACTORS = {
  write5m: from(1.25, PRICES, '2026-11-20'),
  write1h: from(2, PRICES, '2026-11-20'),
  /** By model: the newest read for less than one tenth. */
  read: from(
    {
      'claude-fable-5-1': 0.025,
      'claude-opus-5-5': 0.05,
      'claude-sonnet-5-5': 0.05,
      'claude-haiku-5-5': 0.1,
      older: 0.1,
    },
    `${PRICES}; the cut for Sonnet 5.5 of 2026-10-07 from third parties only`,
    '2026-11-20',
  ),
} as const;

/** Deferred tools are no part of the prefix; a tool that was found stands where its reference stands. */
export const DEFERRED_TOOLS_IN_PREFIX = from(false, DEFERRED);

/** What no source that was read says. Each is what the stand-in does in its place. */
export const UNKNOWN: readonly { readonly what: string; readonly assumed: string }[] = [
  {
    what: 'the minimum length of Sonnet 5.5, Opus 5.5, Haiku 5.5 and Fable 5.1 and 5.2',
    assumed: 'that of Opus 5: 512 tokens',
  },
  {
    what: 'the minimum length of Sonnet 4.6: sources say 1024 and 2048 (anthropic-sdk-python issue 1194 saw 2048)',
    assumed: '1024 tokens',
  },
  { what: 'the price of a one-hour write and the factor of a read for Fable 5.2', assumed: 'nothing' },
  { what: 'how many tokens the real tokenizer makes of a text', assumed: 'an estimate, see usage/tokens.ts' },
  {
    what: 'how many tokens the definition of a tool costs where a reference to it is expanded',
    assumed: 'those of its JSON, once for each reference',
  },
  { what: 'how soon after a write an entry can be read', assumed: 'at once, when the request begins' },
  { what: 'whether an entry is dropped before its time when much is written', assumed: 'never' },
];
