/** A standing rule as a sentence: what may be done, within which bounds. */
import type { StandingRule } from '#shared/protocol/connection.ts';

const LONGEST = 60;

const short = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
};

/** Keys that make a repeat harmless say nothing to anybody. */
const isNoise = (path: string): boolean => /^idempotency_?key$/i.test(path);

const isRecipient = (path: string): boolean => /^(?:to|recipients?|channel)$/i.test(path);

/** "Send mail to rebecca@example.com": whom it reaches belongs into the sentence. */
export function ruleTitle({ title, matches }: Pick<StandingRule, 'title' | 'matches'>): string {
  const to = matches.find(({ path, how }) => isRecipient(path) && how !== 'any');
  if (to === undefined) return title;
  const value: unknown = to.value;
  const whom = Array.isArray(value) ? value.map(String).join(', ') : short(value);
  return `${title} to ${whom}`;
}

/** "subject like “Receipt *”, body anything"; empty when there is no more to say. */
export function boundsWords({ matches }: StandingRule): string {
  return matches
    .filter(({ path, how }) => !isNoise(path) && !(isRecipient(path) && how !== 'any'))
    .map(({ path, how, value }) => {
      const name = path.replaceAll(/[_-]+/g, ' ');
      if (how === 'any') return `any ${name}`;
      return how === 'template' || how === 'figures'
        ? `${name} like “${short(value)}”`
        : `${name} “${short(value)}”`;
    })
    .join(', ');
}

/** "at most 3 a day, until 31 December 2026; 1 used today". `until` is the day in words. */
export const useWords = ({ perDay, usedToday }: StandingRule, until: string): string =>
  `at most ${perDay === 1 ? 'once' : perDay} a day, until ${until}; ${usedToday === 0 ? 'none' : usedToday} used today`;
