/** The settings of an environment, read once for each: an isolate makes objects by the thousand, with one environment. */
import { type ModelSettings, parseModelSettings, parseSettings, type Settings } from '../settings.ts';
import type { Environment } from './read.ts';

/** Whether nothing was set anew since; looking costs far less than reading. */
const isSame = (environment: Environment, env: Environment): boolean => {
  const names = Object.keys(environment);
  return names.length === Object.keys(env).length && names.every((name) => environment[name] === env[name]);
};

function oncePer<Read>(read: (environment: Environment) => Read): (env: object) => Read {
  const known = new WeakMap<object, { environment: Environment; read: Read }>();
  return (env) => {
    const found = known.get(env);
    const environment: Environment = { ...env };
    if (found && isSame(found.environment, environment)) return found.read;
    const fresh = { environment, read: read(environment) };
    known.set(env, fresh);
    return fresh.read;
  };
}

/** Everything. Throws `SettingsError` that names every bad key and what is expected of it. */
export const settingsOf: (env: object) => Settings = oncePer(parseSettings);

/** What calls Claude, also where other settings cannot be used. Throws `SettingsError`. */
export const modelSettingsOf: (env: object) => ModelSettings = oncePer(parseModelSettings);
