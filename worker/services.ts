/** The composition root: everything a route may use, built once for each environment object. */
import { v7 as uuidv7 } from 'uuid';
import { connect, type Database } from '#shared/adapters/db/client.ts';
import type { Clock } from '#shared/core/clock.ts';
import type { Logger } from '#shared/core/log/log.ts';
import { type AccessTokens, makeAccessTokens } from './auth/access-tokens.ts';
import { makePasswords, type Passwords } from './auth/passwords.ts';
import { type Settings, settingsOf } from './env.ts';

/** What the entry point brings: the clock and log that the objects of this isolate use too. */
export interface Tools {
  clock: Clock;
  log: Logger;
}

export interface Services extends Tools {
  settings: Settings;
  database: Database;
  tokens: AccessTokens;
  passwords: Passwords;
  /** A new UUID of version 7. */
  newId(): string;
}

// One queue for all requests of the isolate: what is limited is its processor and memory.
const passwords = makePasswords();

/** Builds the services for `env`. Throws `SettingsError`. */
export function makeServices(env: Env, tools: Tools): Services {
  const settings = settingsOf(env);
  return {
    ...tools,
    settings,
    database: connect(settings.databaseUrl),
    tokens: makeAccessTokens(settings, tools.clock),
    passwords,
    newId: () => uuidv7(),
  };
}
