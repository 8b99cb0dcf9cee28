/** What every request carries through Hono: the bindings of the platform and what `door` has set up. */
import type { Hono } from 'hono';
import type { Logger } from '#shared/core/log/log.ts';
import type { Services } from './services.ts';

export interface AppEnv {
  Bindings: Env;
  Variables: { requestId: string; services: Services; log: Logger };
}

export type App = Hono<AppEnv>;
