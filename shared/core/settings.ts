/**
 * Settings, parsed once from the strings of the environment. Pure, so that the worker and the objects read the
 * same meaning out of the same names. Every bad key is reported at once, with what is expected, never its value.
 */

import { readAuthSecrets, readVaultKeys, type VaultKey } from './settings/keys.ts';
import {
  type GoogleSettings,
  type MailSettings,
  readDemoTools,
  readGoogle,
  readMail,
} from './settings/neighbours.ts';
import { type BadSetting, type Environment, isLoopback, text, urlOf } from './settings/read.ts';

export interface ModelSettings {
  /** Models by use: chat, lead of a daily run, and sub-agents with titles and summaries. */
  chat: string;
  lead: string;
  task: string;
  apiKey: string;
  /** Origin of the Messages API, without a slash at the end. */
  baseUrl: string;
  /** There is no key: a stand-in answers, and the app must say so. */
  demo: boolean;
  /** There is neither a key nor a stand-in: nothing can be called. */
  missing: boolean;
}

export interface Settings {
  /** Where people reach the app: an origin such as `https://app.example.com`. */
  publicOrigin: string;
  /** The app runs on this machine, for its own developer. */
  local: boolean;
  databaseUrl: string;
  /** What signs tokens, newest first. The first signs; all of them verify. */
  authSecrets: ReadonlyArray<string>;
  /** What seals secrets at rest, newest first. */
  vaultKeys: ReadonlyArray<VaultKey>;
  mail: MailSettings;
  google: GoogleSettings | null;
  model: ModelSettings;
  allowLocalUrls: boolean;
  /** Where the development tools are that play mail and photos; empty where there are none. */
  demoToolsUrl: string;
}

/** Thrown when settings cannot be used; `bad` lists all of them. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly bad: ReadonlyArray<BadSetting>;
  constructor(bad: ReadonlyArray<BadSetting>) {
    super(
      ['Settings are not usable:', ...bad.map(({ key, expected }) => `  ${key}: ${expected}`)].join('\n'),
    );
    this.bad = bad;
  }
}

const ANTHROPIC = 'https://api.anthropic.com';

function readModel(environment: Environment, bad: BadSetting[]): ModelSettings {
  const model = (key: string, fallback: string): string => {
    const value = text(environment, key) || fallback;
    if (!/^[a-z0-9][a-z0-9.:@/-]{0,99}$/i.test(value))
      bad.push({ key, expected: 'the id of a Claude model' });
    return value;
  };
  const apiKey = text(environment, 'ANTHROPIC_API_KEY');
  const given = text(environment, 'ANTHROPIC_BASE_URL');
  const base = urlOf(given || ANTHROPIC);
  if (!base || !/^https?:$/.test(base.protocol))
    bad.push({ key: 'ANTHROPIC_BASE_URL', expected: 'an http or https address, or nothing' });
  return {
    chat: model('MODEL_CHAT', 'claude-sonnet-5-5'),
    lead: model('MODEL_LEAD', 'claude-opus-5-5'),
    task: model('MODEL_TASK', 'claude-haiku-5-5'),
    // The SDK refuses an empty key, and the stand-in wants to see one.
    apiKey: apiKey || 'demo-model',
    baseUrl: (given || ANTHROPIC).replace(/\/+$/, ''),
    demo: apiKey === '' && given !== '',
    missing: apiKey === '' && given === '',
  };
}

/** What calls Claude. Throws `SettingsError`. */
export function parseModelSettings(environment: Environment): ModelSettings {
  const bad: BadSetting[] = [];
  const model = readModel(environment, bad);
  if (bad.length > 0) throw new SettingsError(bad);
  return model;
}

function readPublicUrl(environment: Environment, bad: BadSetting[]): { origin: string; local: boolean } {
  const url = urlOf(text(environment, 'PUBLIC_URL'));
  const local = url !== null && isLoopback(url.hostname);
  const bare = url !== null && url.pathname === '/' && url.search === '' && url.hash === '';
  // Browsers keep `Secure` cookies for https and for loopback hosts only, so plain http elsewhere cannot sign in.
  if (!url || !bare || !(url.protocol === 'https:' || (url.protocol === 'http:' && local)))
    bad.push({
      key: 'PUBLIC_URL',
      expected: 'an https origin without a path (http only for localhost), such as https://app.example.com',
    });
  return { origin: url?.origin ?? '', local };
}

/** Everything. Throws `SettingsError` that names every bad key. */
export function parseSettings(environment: Environment): Settings {
  const bad: BadSetting[] = [];
  const { origin, local } = readPublicUrl(environment, bad);
  const open = origin.startsWith('https:');

  const databaseUrl = text(environment, 'DATABASE_URL');
  const database = urlOf(databaseUrl);
  if (!database || !/^postgres(?:ql)?:$/.test(database.protocol) || database.pathname.length < 2)
    bad.push({ key: 'DATABASE_URL', expected: 'postgresql://user:password@host/database' });

  const authSecrets = readAuthSecrets(environment, open, bad);
  const vaultKeys = readVaultKeys(environment, open, bad);

  const allow = text(environment, 'ALLOW_LOCAL_URLS') || 'false';
  if (allow !== 'true' && allow !== 'false')
    bad.push({ key: 'ALLOW_LOCAL_URLS', expected: '"true" or "false"' });
  else if (open && allow === 'true')
    bad.push({ key: 'ALLOW_LOCAL_URLS', expected: '"false" or nothing where PUBLIC_URL is https' });

  const model = readModel(environment, bad);
  const mail = readMail(environment, bad);
  const google = readGoogle(environment, open, bad);
  const demoToolsUrl = readDemoTools(environment, open, bad);
  if (bad.length > 0) throw new SettingsError(bad);
  return {
    demoToolsUrl,
    publicOrigin: origin,
    local,
    databaseUrl,
    authSecrets,
    vaultKeys,
    model,
    mail,
    google,
    allowLocalUrls: allow === 'true',
  };
}
