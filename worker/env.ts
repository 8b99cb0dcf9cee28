/** Settings of the worker, parsed once for each environment object, that is once in an isolate. */
import { parseSettings, type Settings } from '#shared/core/settings.ts';
import type { Environment } from '#shared/core/settings/read.ts';

export type { Settings };

const parsed = new WeakMap<object, Settings>();

/** The settings in `env`. Throws `SettingsError` that names every bad key and what is expected of it. */
export function settingsOf(env: Env): Settings {
  const known = parsed.get(env);
  if (known) return known;
  const environment: Environment = { ...env };
  const settings = parseSettings(environment);
  parsed.set(env, settings);
  return settings;
}
