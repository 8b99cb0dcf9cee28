/** Settings that are keys of our own: what signs tokens, what seals secrets. */
import { type BadSetting, type Environment, text } from './read.ts';

/** One key of the ring; `key` is 32 bytes in base64. */
export interface VaultKey {
  name: string;
  key: string;
}

/** Values of `.dev.vars.example`: everybody knows them. */
export const EXAMPLE_SECRET = 'local-development-only-not-a-secret-0123456789abcdef';
export const EXAMPLE_VAULT_KEY = 'bG9jYWwtZGV2ZWxvcG1lbnQtb25seS1ub3Qtc2VjcmU=';

const NAMED = /^([a-z0-9]{1,12}):([A-Za-z0-9+/_-]{43}=?)$/;

/**
 * The secret that signs access tokens, and the one before it, whose tokens are taken until they expire.
 * @param open the app is reached over https: the example's secret is refused
 */
export function readAuthSecrets(environment: Environment, open: boolean, bad: BadSetting[]): string[] {
  const secrets: string[] = [];
  for (const key of ['AUTH_SECRET', 'AUTH_SECRET_PREVIOUS']) {
    const secret = text(environment, key);
    if (secret === '' && key === 'AUTH_SECRET_PREVIOUS') continue;
    if (secret.length < 32) bad.push({ key, expected: '32 characters or more: openssl rand -base64 48' });
    else if (open && secret === EXAMPLE_SECRET)
      bad.push({ key, expected: 'a secret of your own, not that of the example' });
    secrets.push(secret);
  }
  return secrets;
}

/** The ring of the vault, `name:base64` separated by commas. The first seals; all of them open. */
export function readVaultKeys(environment: Environment, open: boolean, bad: BadSetting[]): VaultKey[] {
  const keys: VaultKey[] = [];
  for (const entry of text(environment, 'VAULT_KEYS').split(',')) {
    const [, name, key] = NAMED.exec(entry.trim()) ?? [];
    if (name !== undefined && key !== undefined) keys.push({ name, key });
    else keys.length = 0;
    if (keys.length === 0) break;
  }
  const names = new Set(keys.map(({ name }) => name));
  if (keys.length === 0 || names.size < keys.length)
    bad.push({
      key: 'VAULT_KEYS',
      expected: 'keys as name:base64, newest first: echo "k1:$(openssl rand -base64 32)"',
    });
  else if (open && keys.some(({ key }) => key === EXAMPLE_VAULT_KEY))
    bad.push({ key: 'VAULT_KEYS', expected: 'keys of your own, not that of the example' });
  return keys;
}
