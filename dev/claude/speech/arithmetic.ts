/** Small sums: + - * / ^ and brackets, percentages, and the words for them. A parser, not `eval`. */
import { say } from '../reply/draft.ts';
import type { Speaker } from './speaker.ts';

const ASKS = /^(?:(?:what(?:'s| is)|how much is|calculate|compute|solve|work out)\b)?[\s:]*(.+?)[\s=?.!]*$/i;
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/\bplus\b/gi, '+'],
  [/\bminus\b/gi, '-'],
  [/\b(times|multiplied by)\b|[×·]/gi, '*'],
  [/\bdivided by\b|÷/gi, '/'],
  [/\bto the power of\b/gi, '^'],
  [/%\s*of\b|\bpercent of\b/gi, '/100*'],
  [/(\d),(?=\d{3}\b)/g, '$1'],
];
const EXPRESSION = /^[\d\s.+\-*/^()]+$/;
/** A date or a telephone number is no sum. */
const NO_SUM = /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}$|^\+?\d[\d\s-]{6,}$/;

export const arithmetic: Speaker = {
  name: 'arithmetic',
  speak: ({ newest }) => {
    const asked = ASKS.exec(newest)?.[1];
    if (asked === undefined || NO_SUM.test(asked.trim())) return undefined;
    const expression = WORDS.reduce((text, [word, sign]) => text.replace(word, sign), asked).trim();
    if (!EXPRESSION.test(expression) || !/\d\s*[+\-*/^]/.test(expression)) return undefined;
    const value = evaluate(expression);
    if (value === undefined) return undefined;
    if (!Number.isFinite(value))
      return say('That has no finite result: it divides by zero or grows too large.');
    const shown = Number(value.toPrecision(12));
    return say(`${asked.trim()} = **${shown}**`, 'A small sum; brackets first, then powers, products, sums.');
  },
};

/** The value of an expression, or `undefined` where it is none. */
export function evaluate(expression: string): number | undefined {
  const tokens = expression.match(/\d+(?:\.\d+)?|\.\d+|[+\-*/^()]/g) ?? [];
  if (tokens.join('') !== expression.replace(/\s+/g, '')) return undefined;
  let at = 0;
  let sound = true;
  const take = (...signs: readonly string[]): string | undefined => {
    const token = tokens[at];
    if (token === undefined || !signs.includes(token)) return undefined;
    at += 1;
    return token;
  };
  const atom = (): number => {
    if (take('-') !== undefined) return -power();
    if (take('+') !== undefined) return power();
    if (take('(') !== undefined) {
      const value = sum();
      sound &&= take(')') !== undefined;
      return value;
    }
    const value = Number(tokens[at]);
    sound &&= tokens[at] !== undefined && !Number.isNaN(value);
    at += 1;
    return value;
  };
  const power = (): number => {
    const base = atom();
    return take('^') === undefined ? base : base ** power();
  };
  const product = (): number => {
    let value = power();
    for (let sign = take('*', '/'); sign !== undefined; sign = take('*', '/')) {
      const next = power();
      value = sign === '*' ? value * next : value / next;
    }
    return value;
  };
  const sum = (): number => {
    let value = product();
    for (let sign = take('+', '-'); sign !== undefined; sign = take('+', '-')) {
      const next = product();
      value = sign === '+' ? value + next : value - next;
    }
    return value;
  };
  const value = sum();
  return sound && at === tokens.length ? value : undefined;
}
