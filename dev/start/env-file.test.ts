import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { unstable_getVarsForDev } from 'wrangler';
import { formatEnvFile, parseEnvFile } from './env-file.ts';

/** What wrangler itself makes of a file. */
function readAsWrangler(text: string): Record<string, unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'env-file-'));
  const file = join(folder, 'settings.env');
  writeFileSync(file, text);
  try {
    const vars = unstable_getVarsForDev(join(folder, 'wrangler.toml'), [file], {}, undefined, true);
    return Object.fromEntries(
      Object.entries(vars).map(([name, binding]) => [name, 'value' in binding && binding.value]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('writes values that wrangler reads back unchanged, whatever is in them', () => {
  const awkward = {
    PLAIN: 'abc',
    EMPTY: '',
    URL: 'postgresql://u:p%40ss@host:1/db?sslmode=require#x',
    DOLLAR: 'a$b${HOME}$$c\\$d',
    QUOTES: `it's "so"`,
    HASH: 'a # b',
    SPACES: '  a  ',
    BACKSLASH: 'a\\nb\\"c',
  };
  expect(readAsWrangler(formatEnvFile(new Map(Object.entries(awkward))))).toEqual(awkward);

  const value = fc.string({ unit: fc.constantFrom(...'aZ0 \'"`$\\#={}_\n'), maxLength: 12 });
  fc.assert(
    fc.property(value, value, (first, second) => {
      let text: string;
      try {
        text = formatEnvFile(new Map([['FIRST', first], ['SECOND', second]])); // prettier-ignore
      } catch {
        return; // said plainly instead of written wrongly
      }
      expect(readAsWrangler(text)).toEqual({ FIRST: first, SECOND: second });
    }),
    { seed: 20_261_120, numRuns: 300 },
  );
});

it('says which value cannot be written', () => {
  expect(() => formatEnvFile(new Map([['AUTH_SECRET', `'"\``]]))).toThrow('AUTH_SECRET');
});

it('reads what people write', () => {
  const text = [
    '# a comment',
    'A=1',
    'export B = two words # and a comment',
    `C='sharp # inside'`,
    'D="line\\nline"',
    'E=',
    'F=a#b',
    'not a line',
  ].join('\r\n');
  expect(Object.fromEntries(parseEnvFile(text))).toEqual({
    A: '1',
    B: 'two words',
    C: 'sharp # inside',
    D: 'line\nline',
    E: '',
    F: 'a#b',
  });
});
