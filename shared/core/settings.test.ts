import { expect, it } from 'vitest';
import { EXAMPLE_SECRET, EXAMPLE_VAULT_KEY } from './settings/keys.ts';
import { isLoopback } from './settings/read.ts';
import { parseModelSettings, parseSettings, SettingsError } from './settings.ts';

const local = {
  DATABASE_URL: 'postgresql://postgres:pw@localhost:8790/app',
  ANTHROPIC_API_KEY: '',
  ANTHROPIC_BASE_URL: 'http://localhost:8792/',
  AUTH_SECRET: EXAMPLE_SECRET,
  VAULT_KEYS: `k1:${EXAMPLE_VAULT_KEY}`,
  PUBLIC_URL: 'http://localhost:8787',
  ALLOW_LOCAL_URLS: 'true',
};
const open = {
  ...local,
  PUBLIC_URL: 'https://app.example.com/',
  AUTH_SECRET: 'x'.repeat(32),
  VAULT_KEYS: `k2:${'x'.repeat(43)}=,k1:${'y'.repeat(43)}`,
  ALLOW_LOCAL_URLS: '',
  ANTHROPIC_API_KEY: ' sk-ant-x ',
  ANTHROPIC_BASE_URL: '',
};

function badKeys(environment: Record<string, unknown>): string[] {
  try {
    parseSettings(environment);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.bad.map(({ key }) => key);
  }
}

it('reads the settings of the example as they stand: local, with the stand-in', () => {
  expect(parseSettings(local)).toEqual({
    publicOrigin: 'http://localhost:8787',
    local: true,
    databaseUrl: local.DATABASE_URL,
    authSecrets: [EXAMPLE_SECRET],
    vaultKeys: [{ name: 'k1', key: EXAMPLE_VAULT_KEY }],
    mail: { provider: 'none', from: '', resend: { apiKey: '', baseUrl: 'https://api.resend.com' } },
    google: null,
    allowLocalUrls: true,
    demoToolsUrl: '',
    model: {
      chat: 'claude-sonnet-5-5',
      lead: 'claude-opus-5-5',
      task: 'claude-haiku-5-5',
      apiKey: 'demo-model',
      baseUrl: 'http://localhost:8792',
      demo: true,
      missing: false,
    },
  });
});

it('reads those of production', () => {
  expect(parseSettings(open)).toMatchObject({
    publicOrigin: 'https://app.example.com',
    local: false,
    allowLocalUrls: false,
    model: { apiKey: 'sk-ant-x', baseUrl: 'https://api.anthropic.com', demo: false, missing: false },
  });
});

it('reads the ring of the vault, the way mail goes out, and Google', () => {
  const { vaultKeys, mail, google } = parseSettings({
    ...open,
    AUTH_SECRET_PREVIOUS: '',
    RESEND_API_KEY: 're_1',
    MAIL_FROM: 'App <app@example.com>',
    GOOGLE_CLIENT_ID: 'id',
    GOOGLE_CLIENT_SECRET: 'secret',
  });
  expect(vaultKeys.map(({ name }) => name)).toEqual(['k2', 'k1']);
  expect(mail).toMatchObject({ provider: 'resend', from: 'App <app@example.com>' });
  expect(google).toMatchObject({ standIn: false, issuer: 'https://accounts.google.com' });
  const bound = parseSettings({ ...open, EMAIL: { send: () => {} }, MAIL_FROM: 'app@example.com' });
  expect(bound.mail.provider).toBe('cloudflare');
  for (const VAULT_KEYS of [
    '',
    'k1:short',
    `k1:${'x'.repeat(43)},k1:${'y'.repeat(43)}`,
    `k1:${'x'.repeat(43)},`,
  ])
    expect(badKeys({ ...open, VAULT_KEYS })).toEqual(['VAULT_KEYS']);
});

it('says when there is nobody to call, and lets a key go to another address', () => {
  expect(parseModelSettings({})).toMatchObject({ demo: false, missing: true, apiKey: 'demo-model' });
  expect(
    parseModelSettings({ ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: 'http://localhost:1' }),
  ).toMatchObject({ demo: false, missing: false, apiKey: 'k', baseUrl: 'http://localhost:1' });
});

it('names every bad key at once, with what is expected and without its value', () => {
  const bad = {
    DATABASE_URL: 'mysql://root:hunter2@host/app',
    AUTH_SECRET: 'too-short-hunter2',
    PUBLIC_URL: 'http://app.example.com',
    MODEL_CHAT: 'a model hunter2',
    ANTHROPIC_BASE_URL: 'hunter2',
    ALLOW_LOCAL_URLS: 'hunter2',
    AUTH_SECRET_PREVIOUS: 'hunter2',
    VAULT_KEYS: 'hunter2',
    RESEND_API_KEY: 're_1',
    RESEND_BASE_URL: 'http://mail.example.com/hunter2',
    MAIL_FROM: 'hunter2',
    GOOGLE_CLIENT_ID: 'hunter2',
  };
  const { GOOGLE_CLIENT_ID: _given, RESEND_API_KEY: _fine, ...wrong } = bad;
  expect(badKeys(bad).toSorted()).toEqual([...Object.keys(wrong), 'GOOGLE_CLIENT_SECRET'].toSorted());
  expect(badKeys({})).toEqual(['PUBLIC_URL', 'DATABASE_URL', 'AUTH_SECRET', 'VAULT_KEYS']);
  expect(() => parseSettings(bad)).toThrow(SettingsError);
  expect(() => parseSettings(bad)).not.toThrow(/hunter2/);
});

it('refuses in production what is only for development', () => {
  const example = {
    AUTH_SECRET: EXAMPLE_SECRET,
    VAULT_KEYS: `k1:${EXAMPLE_VAULT_KEY}`,
    ALLOW_LOCAL_URLS: 'true',
  };
  const google = { GOOGLE_CLIENT_ID: 'a', GOOGLE_CLIENT_SECRET: 'b', GOOGLE_BASE_URL: 'http://localhost:1' };
  expect(badKeys({ ...open, ...example, ...google })).toEqual([
    'AUTH_SECRET',
    'VAULT_KEYS',
    'ALLOW_LOCAL_URLS',
    'GOOGLE_BASE_URL',
  ]);
  for (const PUBLIC_URL of ['https://app.example.com/x', 'ftp://localhost', 'https://a.example?x', 'nothing'])
    expect(badKeys({ ...open, PUBLIC_URL })).toEqual(['PUBLIC_URL']);
});

it('knows which hosts are this machine', () => {
  for (const host of ['localhost', 'app.localhost', '127.0.0.1', '[::1]'])
    expect(isLoopback(host)).toBe(true);
  for (const host of ['example.com', 'localhost.example.com', '10.0.0.1'])
    expect(isLoopback(host)).toBe(false);
});

it('takes made-up mail and photos on this machine only', () => {
  const demo = (environment: Record<string, unknown>, url: string) =>
    badKeys({ ...environment, DEMO_TOOLS_URL: url });
  expect(parseSettings({ ...local, DEMO_TOOLS_URL: 'http://localhost:8795/' }).demoToolsUrl).toBe(
    'http://localhost:8795',
  );
  expect(demo(local, 'ftp://localhost')).toEqual(['DEMO_TOOLS_URL']);
  expect(demo(open, 'https://tools.example.com')).toEqual(['DEMO_TOOLS_URL']);
  expect(demo(open, '')).toEqual([]);
});
