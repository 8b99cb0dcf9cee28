import { describe, expect, it } from 'vitest';
import { completeSettings, planSettings, type SettingSources } from './settings.ts';
import { readExample } from './sources.ts';

const example = readExample();
const made = {
  publicUrl: 'http://localhost:8801',
  databaseUrl: 'postgresql://postgres:pw@localhost:1111/app',
  databaseUrlUnpooled: 'postgresql://postgres:pw@127.0.0.1:2222/app',
  standInUrl: 'http://localhost:3333',
  authSecret: 'made at random',
};

function settle(said: Partial<SettingSources>) {
  const sources = { example, environment: {}, devVars: new Map<string, string>(), ...said };
  const plan = planSettings(sources);
  const { startDatabase, startStandIn, makeSecret } = plan;
  return {
    needs: { startDatabase, startStandIn, makeSecret },
    values: completeSettings(sources, plan, made),
  };
}

describe('settings of a start', () => {
  it('gives every name of the example a value when nobody said anything', () => {
    const { needs, values } = settle({});
    expect(needs).toEqual({ startDatabase: true, startStandIn: true, makeSecret: true });
    expect([...values.keys()]).toEqual([...example.keys()]);
    expect(Object.fromEntries(values)).toMatchObject({
      DATABASE_URL: made.databaseUrl,
      DATABASE_URL_UNPOOLED: made.databaseUrlUnpooled,
      ANTHROPIC_API_KEY: '',
      ANTHROPIC_BASE_URL: made.standInUrl,
      AUTH_SECRET: made.authSecret,
      PUBLIC_URL: made.publicUrl,
      MODEL_CHAT: example.get('MODEL_CHAT'),
      ALLOW_LOCAL_URLS: 'true',
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
    expect(needs).toEqual({ startDatabase: false, startStandIn: false, makeSecret: true });
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
