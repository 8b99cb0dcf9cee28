/** Reads where settings may come from, and keeps the secret that is made up for this checkout. */
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
  const file = join(folder, 'auth-secret');
  if (!existsSync(file)) writeFileSync(file, randomBytes(48).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}
