import { expect, it } from 'vitest';
import { formatPasswordHash, memoryOf, parsePasswordHash } from './password-hash.ts';

it('writes algorithm and cost into the hash and reads them back', () => {
  const hash = { ln: 14, r: 8, p: 5, salt: 's'.repeat(22), hash: 'h'.repeat(43) };
  const text = formatPasswordHash(hash);
  expect(text).toBe(`$scrypt$ln=14,r=8,p=5$${'s'.repeat(22)}$${'h'.repeat(43)}`);
  expect(parsePasswordHash(text)).toEqual(hash);
  expect(memoryOf(hash)).toBe(16 * 1024 * 1024 + 5 * 1024);
});

it('refuses what is no hash, and one that would take more memory than an isolate can spare', () => {
  const salt = 's'.repeat(22);
  const hash = 'h'.repeat(43);
  for (const text of [
    '',
    'plain',
    `$scrypt$ln=14,r=8,p=5$${salt}$`,
    `$scrypt$ln=0,r=8,p=5$${salt}$${hash}`,
    `$scrypt$ln=17,r=8,p=1$${salt}$${hash}`,
    `$scrypt$ln=99,r=8,p=1$${salt}$${hash}`,
    `$argon2id$ln=14,r=8,p=5$${salt}$${hash}`,
    `$scrypt$ln=14,r=8,p=5$${salt}$${hash}\n`,
  ])
    expect(parsePasswordHash(text)).toBeNull();
});
