import { expect, it } from 'vitest';
import { clean, cleanJson, cut, mayNeedCleaning } from './clean.ts';

it('replaces what cannot be stored, in keys and values at any depth, and leaves the rest alone', () => {
  const dirty = {
    a: ['x\u0000y', { 'k\u0000': '\uD800 half', n: 1, z: null, b: true }],
    pair: '🌍 \uD83C\uDF0D',
  };
  expect(clean(dirty)).toEqual({
    a: ['x\uFFFDy', { 'k\uFFFD': '\uFFFD half', n: 1, z: null, b: true }],
    pair: '🌍 🌍',
  });
  expect(clean('\uDC00')).toBe('\uFFFD');
  expect(clean(null)).toBeNull();
});

it('sees every JSON text that may need it', () => {
  for (const value of ['\u0000', '\uD800', '\uDFFF', { '\u0000': 1 }])
    expect(mayNeedCleaning(JSON.stringify(value))).toBe(true);
  expect(mayNeedCleaning('"\\uD83c\\udf0d"')).toBe(true);
  expect(mayNeedCleaning(JSON.stringify({ text: 'plain 🌍 ü \n\u0001' }))).toBe(false);
});

it('cuts no character in two', () => {
  expect(['ab', 'a🌍b', '🌍'].map((text) => cut(text, 2))).toEqual(['ab', 'a', '🌍']);
  expect(cut('a🌍', 1)).toBe('a');
  expect(cut('🌍', 1)).toBe('');
});

it('cleans JSON text as it would the value, and touches nothing that only looks like an escape', () => {
  const odd = { a: 'x\u0000\uD83C', 'b\uDF0D': ['\\ud83c \\u0000', '\\\uD83C', '"\n🌍'] };
  expect(JSON.parse(cleanJson(JSON.stringify(odd)))).toEqual(clean(odd));
  const fine = JSON.stringify({ text: 'plain 🌍 ü \n\u0001 \\ud83c' });
  expect(cleanJson(fine)).toBe(fine);
});
