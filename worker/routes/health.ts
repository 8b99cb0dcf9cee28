/** Whether the app and what it stands on are up. Says nothing about why something is not. */
import { sql } from 'drizzle-orm';
import { ask, connect } from '#shared/adapters/db/client.ts';
import { routes } from '#shared/protocol/routes.ts';
import { version } from '../../package.json';
import type { App } from '../app-env.ts';
import type { Services } from '../services.ts';
import { mountPublic } from './mount.ts';

/** Long enough for a sleeping database to wake, short enough for a load balancer to wait. */
const TIMEOUT_MS = 2_000;

async function checkDatabase({ settings }: Services): Promise<'ok' | 'down'> {
  try {
    await ask(connect(settings.databaseUrl, AbortSignal.timeout(TIMEOUT_MS)).execute(sql`select 1`));
    return 'ok';
  } catch {
    return 'down';
  }
}

function checkModel({ settings: { model } }: Services): 'ok' | 'demo' | 'missing' {
  if (model.missing) return 'missing';
  return model.demo ? 'demo' : 'ok';
}

export function healthRoutes(app: App): void {
  mountPublic(app, routes.health, async ({ services }) => {
    const checks = { database: await checkDatabase(services), model: checkModel(services) };
    return { ok: checks.database === 'ok' && checks.model !== 'missing', version, checks };
  });
}
