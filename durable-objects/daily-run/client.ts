/** The only door to a daily run's object. */
import { remote, type Remote } from '#durable-objects/lib/remote.ts';
import type { DailyRunDO } from './daily-run-do.ts';

/** The stub of a run. Whether it exists and whose it is, the object itself says. */
export const dailyRun = (env: Pick<Env, 'DAILY_RUN'>, id: string): Remote<DailyRunDO> =>
  remote<DailyRunDO>(env.DAILY_RUN.getByName(id));
