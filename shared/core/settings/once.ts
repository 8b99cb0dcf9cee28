/** The settings of an environment, read once for each: an isolate makes objects by the thousand, with one environment. */
import { type ModelSettings, parseModelSettings, parseSettings, type Settings } from '../settings.ts';
import type { Environment } from './read.ts';

/** The settings among what an environment holds; the rest of it is bindings, which are slow to look at. */
const textsOf = (environment: Environment): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => typeof value === 'string'));

function oncePer<Read>(read: (environment: Environment) => Read): (env: object) => Read {
  const known = new WeakMap<object, { names: string[]; texts: Environment; read: Read }>();
  return (env) => {
    const found = known.get(env);
    const isSame = found?.names.every((name) => found.texts[name] === Reflect.get(env, name)) ?? false;
    if (found && isSame) return found.read;
    const environment: Environment = { ...env };
    const texts = textsOf(environment);
    const fresh = { names: Object.keys(texts), texts, read: read(environment) };
    known.set(env, fresh);
    return fresh.read;
  };
}

/** Everything. Throws `SettingsError` that names every bad key and what is expected of it. */
export const settingsOf: (env: object) => Settings = oncePer(parseSettings);

/** What calls Claude, also where other settings cannot be used. Throws `SettingsError`. */
export const modelSettingsOf: (env: object) => ModelSettings = oncePer(parseModelSettings);
