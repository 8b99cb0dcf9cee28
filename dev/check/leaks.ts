/** Whether a secret setting stands in what is served to everybody. Part of `npm run check`, after a build. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSources, ROOT } from '#dev/start/sources.ts';

/** Settings that nobody but the Worker may know. */
const SECRETS = [
  'DATABASE_URL',
  'DATABASE_URL_UNPOOLED',
  'ANTHROPIC_API_KEY',
  'AUTH_SECRET',
  'AUTH_SECRET_PREVIOUS',
  'VAULT_KEYS',
  'RESEND_API_KEY',
  'GOOGLE_CLIENT_SECRET',
] as const;

/** Shorter values stand anywhere by chance. */
const MIN_LENGTH = 8;

/** Files of a folder that hold one of the secrets, as `file: NAME`. Pure but for the reading. */
export function leaksIn(folder: string, secrets: ReadonlyMap<string, string>): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files.flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    const content = readFileSync(path, 'latin1');
    return [...secrets]
      .filter(([, secret]) => content.includes(secret))
      .map(([name]) => `${path.slice(folder.length + 1)}: ${name}`);
  });
}

/** Every value that a secret setting has here: of the example, of `.dev.vars`, of the environment. */
export function secretValues(): Map<string, string> {
  const { example, devVars, environment } = readSources();
  const found = new Map<string, string>();
  for (const name of SECRETS)
    for (const [from, value] of [
      ['example', example.get(name)],
      ['.dev.vars', devVars.get(name)],
      ['environment', environment[name]],
    ] as const)
      if (value && value.length >= MIN_LENGTH) found.set(`${name} (${from})`, value);
  return found;
}

/** What `npm run check` asks: the built page. */
export const leaksInBuild = (): string[] => leaksIn(join(ROOT, 'dist/client'), secretValues());
