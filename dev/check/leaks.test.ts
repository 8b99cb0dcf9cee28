import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { leaksIn, secretValues } from './leaks.ts';

it('finds a secret in any file of a folder, and names it without its value', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leaks-'));
  try {
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<p>nothing</p>');
    writeFileSync(join(folder, 'assets/app.js.map'), 'x hunter2hunter2 y');
    const secrets = new Map([['AUTH_SECRET (environment)', 'hunter2hunter2']]);
    expect(leaksIn(folder, secrets)).toEqual(['assets/app.js.map: AUTH_SECRET (environment)']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('knows the secrets of the example', () => {
  const names = [...secretValues().keys()];
  for (const name of ['AUTH_SECRET', 'VAULT_KEYS', 'GOOGLE_CLIENT_SECRET', 'DATABASE_URL'])
    expect(names).toContain(`${name} (example)`);
});
