/** Reads where settings may come from, and keeps the secrets that are made up for this checkout. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnvFile } from './env-file.ts';
import type { SettingSources } from './settings.ts';

/** The folder of package.json and wrangler.toml. */
export const ROOT = join(import.meta.dirname, '../..');

/** The names and good values of all settings. */
export function readExample(): Map<string, string> {
  return parseEnvFile(readFileSync(join(ROOT, '.dev.vars.example'), 'utf8'));
}

/** Everything a person may have said: the environment and `.dev.vars`. */
export function readSources(): SettingSources {
  const devVars = join(ROOT, '.dev.vars');
  return {
    example: readExample(),
    environment: process.env,
    devVars: existsSync(devVars) ? parseEnvFile(readFileSync(devVars, 'utf8')) : new Map(),
  };
}

/** The secret that signs access tokens here: made at random once, so that people stay signed in over restarts. */
export function keepSecret(folder: string): string {
  return keep(join(folder, 'auth-secret'), () => randomBytes(48).toString('base64url'));
}

/** The key that seals secrets here: as lasting as the database beside it, which could not be opened without it. */
export function keepVaultKeys(folder: string): string {
  return keep(join(folder, 'vault-keys'), () => `k1:${randomBytes(32).toString('base64')}`);
}

function keep(file: string, make: () => string): string {
  if (!existsSync(file)) writeFileSync(file, make(), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}
