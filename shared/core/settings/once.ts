/** The settings of an environment, read once for each: an isolate makes objects by the thousand, with one environment. */
import { type ModelSettings, parseModelSettings, parseSettings, type Settings } from '../settings.ts';
import type { Environment } from './read.ts';

function oncePer<Read>(read: (environment: Environment) => Read): (env: object) => Read {
  const known = new WeakMap<object, { read: Read }>();
  return (env) => {
    const found = known.get(env) ?? { read: read({ ...env }) };
    known.set(env, found);
    return found.read;
  };
}

/** Everything. Throws `SettingsError` that names every bad key and what is expected of it. */
export const settingsOf: (env: object) => Settings = oncePer(parseSettings);

/** What calls Claude, also where other settings cannot be used. Throws `SettingsError`. */
export const modelSettingsOf: (env: object) => ModelSettings = oncePer(parseModelSettings);
