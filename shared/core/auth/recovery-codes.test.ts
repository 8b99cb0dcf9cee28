import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatRecoveryCode, normalizeRecoveryCode, RECOVERY_CODE_BYTES } from './recovery-codes.ts';

const random = fc.uint8Array({ minLength: RECOVERY_CODE_BYTES, maxLength: RECOVERY_CODE_BYTES });

it('writes sixty bits in groups of four, and reads every one of them again', () => {
  expect(formatRecoveryCode(Uint8Array.from([0, 1, 9, 10, 17, 18, 19, 20, 31, 32, 63, 255]))).toBe(
    '019a-hjkm-z0zz',
  );
  fc.assert(
    fc.property(random, (bytes) => {
      const code = formatRecoveryCode(bytes);
      expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{4}(?:-[0-9a-hjkmnp-tv-z]{4}){2}$/);
      expect(normalizeRecoveryCode(code)).toBe(code.replaceAll('-', ''));
    }),
    { seed: 7 },
  );
  // Each of the 32 letters stands for as many bytes as any other.
  const letters = Array.from({ length: 256 }, (_, byte) => formatRecoveryCode(Uint8Array.from([byte])));
  const counts = Map.groupBy(letters, (letter) => letter);
  expect([...counts.values()].map(({ length }) => length)).toEqual(Array.from({ length: 32 }, () => 8));
});

it('takes a code however it was typed, and nothing that is none', () => {
  for (const typed of [
    'abcd-efgh-jkm0',
    ' ABCD EFGH JKMO ',
    'abcdefghjkm0',
    'a-b-c-d-e-f-g-h-j-k-m-0',
    'abcd–efgh—jkmo',
    'ＡＢＣＤ efgh jkm0',
  ])
    expect([typed, normalizeRecoveryCode(typed)]).toEqual([typed, 'abcdefghjkm0']);
  expect(normalizeRecoveryCode('IL11-0000-0000')).toBe('111100000000');
  for (const typed of [
    '',
    '-',
    'abcd-efgh-jkm',
    'abcd-efgh-jkmnp',
    'abcd-efgh-jkmu',
    'abcd_efgh_jkmn',
    'ábcdefghjkmn',
  ])
    expect([typed, normalizeRecoveryCode(typed)]).toEqual([typed, null]);
});
