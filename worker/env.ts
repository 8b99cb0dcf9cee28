/** Settings of the worker, parsed once for each environment object, that is once in an isolate. */
export type { Settings } from '#shared/core/settings.ts';
export { settingsOf } from '#shared/core/settings/once.ts';
