import { Buffer } from 'node:buffer';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { keepSecret, keepVaultKeys } from './sources.ts';

const folders: string[] = [];
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'sources-'));
  folders.push(folder);
  return folder;
};
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

it('makes secrets up once for a folder, for nobody else to read', () => {
  const [one, other] = [newFolder(), newFolder()];
  for (const [keep, file] of [
    [keepSecret, 'auth-secret'],
    [keepVaultKeys, 'vault-keys'],
  ] as const) {
    const made = keep(one);
    expect(keep(one)).toBe(made);
    expect(keep(other)).not.toBe(made);
    expect(statSync(join(one, file)).mode & 0o777).toBe(0o600);
  }
  const [name, key = ''] = keepVaultKeys(one).split(':');
  expect([name, Buffer.from(key, 'base64').length]).toEqual(['k1', 32]);
});
