import { describe, expect, it } from 'vitest';
import { completeSettings, planSettings, type SettingSources } from './settings.ts';
import { readExample } from './sources.ts';

const example = readExample();
const made = {
  publicUrl: 'http://localhost:8801',
  databaseUrl: 'postgresql://postgres:pw@localhost:1111/app',
  databaseUrlUnpooled: 'postgresql://postgres:pw@127.0.0.1:2222/app',
  standInUrl: 'http://localhost:3333',
  mailUrl: 'http://localhost:4444',
  googleUrl: 'http://localhost:5555',
  toolsUrl: 'http://localhost:6666',
  authSecret: 'made at random',
  vaultKeys: 'k1:made at random too',
};

const EVERYTHING = {
  startDatabase: true,
  startStandIn: true,
  startMail: true,
  startGoogle: true,
  startTools: true,
  makeSecret: true,
  makeVaultKeys: true,
};

function settle(said: Partial<SettingSources>) {
  const sources = { example, environment: {}, devVars: new Map<string, string>(), ...said };
  const plan = planSettings(sources);
  const { given: _given, ...needs } = plan;
  return {
    needs,
    values: completeSettings(sources, plan, made),
  };
}

describe('settings of a start', () => {
  it('gives every name of the example a value when nobody said anything', () => {
    const { needs, values } = settle({});
    expect(needs).toEqual(EVERYTHING);
    expect([...values.keys()]).toEqual([...example.keys()]);
    expect(Object.fromEntries(values)).toMatchObject({
      DATABASE_URL: made.databaseUrl,
      DATABASE_URL_UNPOOLED: made.databaseUrlUnpooled,
      ANTHROPIC_API_KEY: '',
      ANTHROPIC_BASE_URL: made.standInUrl,
      AUTH_SECRET: made.authSecret,
      AUTH_SECRET_PREVIOUS: '',
      VAULT_KEYS: made.vaultKeys,
      PUBLIC_URL: made.publicUrl,
      MODEL_CHAT: example.get('MODEL_CHAT'),
      ALLOW_LOCAL_URLS: 'true',
      MAIL_FROM: example.get('MAIL_FROM'),
      RESEND_API_KEY: 're_local_capture',
      RESEND_BASE_URL: made.mailUrl,
      GOOGLE_CLIENT_ID: example.get('GOOGLE_CLIENT_ID'),
      GOOGLE_CLIENT_SECRET: example.get('GOOGLE_CLIENT_SECRET'),
      GOOGLE_BASE_URL: made.googleUrl,
      DEMO_TOOLS_URL: made.toolsUrl,
    });
  });

  it('takes the environment before .dev.vars, and both as they are', () => {
    const devVars = new Map([
      ['ANTHROPIC_API_KEY', 'from the file'],
      ['MODEL_CHAT', 'model of the file'],
    ]);
    const { needs, values } = settle({
      environment: {
        ANTHROPIC_API_KEY: 'from the shell',
        DATABASE_URL: 'postgresql://u:p@neon.example/db',
        HOME: '/x',
      },
      devVars,
    });
    expect(needs).toEqual({ ...EVERYTHING, startDatabase: false, startStandIn: false });
    expect(values.get('ANTHROPIC_API_KEY')).toBe('from the shell');
    expect(values.get('ANTHROPIC_BASE_URL')).toBe('');
    expect(values.get('DATABASE_URL')).toBe('postgresql://u:p@neon.example/db');
    expect(values.get('DATABASE_URL_UNPOOLED')).toBe('');
    expect(values.get('MODEL_CHAT')).toBe('model of the file');
    expect(values.has('HOME')).toBe(false);
  });

  it('starts no stand-in where an address of a model is given, with or without a key', () => {
    const { needs, values } = settle({ environment: { ANTHROPIC_BASE_URL: 'http://localhost:9999' } });
    expect(needs.startStandIn).toBe(false);
    expect(values.get('ANTHROPIC_BASE_URL')).toBe('http://localhost:9999');
  });

  it('takes an empty variable for a wish: no key, no local addresses', () => {
    const { needs, values } = settle({
      environment: { ANTHROPIC_API_KEY: '', ALLOW_LOCAL_URLS: '' },
      devVars: new Map([['ANTHROPIC_API_KEY', 'from the file']]),
    });
    expect(needs.startStandIn).toBe(true);
    expect(values.get('ANTHROPIC_API_KEY')).toBe('');
    expect(values.get('ALLOW_LOCAL_URLS')).toBe('');
  });

  it('captures no mail where a key or an address of a mail service is given, or none is wanted', () => {
    const mailOf = (environment: Record<string, string>) => {
      const { needs, values } = settle({ environment });
      return [needs.startMail, values.get('RESEND_API_KEY'), values.get('RESEND_BASE_URL')];
    };
    expect(mailOf({ RESEND_API_KEY: 're_real' })).toEqual([false, 're_real', '']);
    expect(mailOf({ RESEND_API_KEY: '' })).toEqual([false, '', '']);
    const elsewhere = 'http://localhost:9999';
    expect(mailOf({ RESEND_BASE_URL: elsewhere })).toEqual([false, 're_local_capture', elsewhere]);
    expect(mailOf({ RESEND_BASE_URL: '' })).toEqual([true, 're_local_capture', made.mailUrl]);
  });

  it('plays no Google where a client is given, mixes no halves of two, and does without where it is empty', () => {
    const googleOf = (environment: Record<string, string>) => {
      const { needs, values } = settle({ environment });
      const names = ['GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET', 'GOOGLE_BASE_URL'];
      return [needs.startGoogle, ...names.map((name) => values.get(name))];
    };
    expect(googleOf({ GOOGLE_CLIENT_ID: 'c', GOOGLE_CLIENT_SECRET: 's' })).toEqual([false, 'c', 's', '']);
    expect(googleOf({ GOOGLE_CLIENT_ID: 'c' })).toEqual([false, 'c', '', '']);
    expect(googleOf({ GOOGLE_CLIENT_SECRET: 's' })).toEqual([false, '', 's', '']);
    expect(googleOf({ GOOGLE_CLIENT_ID: '', GOOGLE_BASE_URL: 'http://localhost:9999' })).toEqual([
      false,
      '',
      '',
      '',
    ]);
    const [, id, secret] = googleOf({});
    expect(googleOf({ GOOGLE_BASE_URL: 'http://localhost:9999' })).toEqual([
      false,
      id,
      secret,
      'http://localhost:9999',
    ]);
  });

  it('makes up no tools where an address of some is given, none are wanted, or people reach the app', () => {
    const toolsOf = (environment: Record<string, string>) => {
      const { needs, values } = settle({ environment });
      return [needs.startTools, values.get('DEMO_TOOLS_URL')];
    };
    expect(toolsOf({})).toEqual([true, made.toolsUrl]);
    const elsewhere = 'http://localhost:9999';
    expect(toolsOf({ DEMO_TOOLS_URL: elsewhere })).toEqual([false, elsewhere]);
    expect(toolsOf({ DEMO_TOOLS_URL: '' })).toEqual([false, '']);
    expect(toolsOf({ PUBLIC_URL: 'https://app.example.com' })).toEqual([false, '']);
    expect(toolsOf({ PUBLIC_URL: 'http://192.168.0.7:8787' })).toEqual([true, made.toolsUrl]);
  });

  it('keeps secrets that are given, and makes up what is empty', () => {
    const given = { AUTH_SECRET: 'mine', AUTH_SECRET_PREVIOUS: 'before it', VAULT_KEYS: 'k2:b,k1:a' };
    const { needs, values } = settle({ environment: given });
    expect(needs).toEqual({ ...EVERYTHING, makeSecret: false, makeVaultKeys: false });
    expect(Object.fromEntries(values)).toMatchObject(given);
    const empty = settle({ environment: { AUTH_SECRET: '', VAULT_KEYS: '' } });
    expect(empty).toEqual(settle({}));
  });

  it('does not look for the services of another command after the example was copied unedited', () => {
    expect(settle({ devVars: example })).toEqual(settle({}));
  });

  it('turns local addresses off for an app that is reached over https, unless somebody said otherwise', () => {
    const https = { PUBLIC_URL: 'https://tunnel.example' };
    expect(settle({ environment: https }).values.get('ALLOW_LOCAL_URLS')).toBe('');
    expect(
      settle({ environment: { ...https, ALLOW_LOCAL_URLS: 'true' } }).values.get('ALLOW_LOCAL_URLS'),
    ).toBe('true');
  });
});
