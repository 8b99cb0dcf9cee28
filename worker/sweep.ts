/**
 * The net under the net: every few hours the database is asked who is overdue by an hour, conversations, daily runs and
 * users, in case the user's object lost its own alarm too. Each is asked to check in; none can stop the others.
 */
import { overdueConversations, overdueDailyRuns, overdueUsers } from '#shared/adapters/db/overdue.ts';
import { connect } from '#shared/adapters/db/client.ts';
import { conversation } from '#durable-objects/conversation/client.ts';
import { dailyRun } from '#durable-objects/daily-run/client.ts';
import { user } from '#durable-objects/user/client.ts';
import { settingsOf } from './env.ts';
import type { Tools } from './services.ts';

const OVERDUE_MS = 60 * 60 * 1_000;
const LIMIT = 500;
/** Calls under way at once. */
const AT_ONCE = 25;

type Ask = () => Promise<unknown>;
const asks = (ids: ReadonlyArray<string>, ask: (id: string) => Promise<unknown>): Ask[] =>
  ids.map((id) => () => ask(id));

/** Calls `checkIn` on what is overdue. Never throws; what went wrong is in the log. */
export async function sweep(env: Env, { clock, log }: Tools): Promise<void> {
  try {
    const before = new Date(clock.now() - OVERDUE_MS);
    const database = connect(settingsOf(env).databaseUrl);
    const found = await Promise.allSettled([
      overdueUsers(database, before, LIMIT).then((ids) => asks(ids, (id) => user(env, id).checkIn())),
      overdueDailyRuns(database, before, LIMIT).then((ids) => asks(ids, (id) => dailyRun(env, id).checkIn())),
      overdueConversations(database, before, LIMIT).then((ids) =>
        asks(ids, (id) => conversation(env, id).checkIn()),
      ),
    ]);
    // What could be asked for is swept, whatever became of the rest.
    const lost = found.find(({ status }) => status === 'rejected');
    if (lost?.status === 'rejected') log.error('sweep_failed', { error: lost.reason });
    if (found.every(({ status }) => status === 'rejected')) return;
    const overdue = found.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    let failed = 0;
    for (let at = 0; at < overdue.length; at += AT_ONCE) {
      const calls = overdue.slice(at, at + AT_ONCE).map(async (ask) => void (await ask()));
      const results = await Promise.allSettled(calls);
      failed += results.filter(({ status }) => status === 'rejected').length;
    }
    log.info('swept', { count: overdue.length, failed });
  } catch (error) {
    log.error('sweep_failed', { error });
  }
}
