/** What a run asks of others: the tools there are, and the days before. */
import { user } from '#durable-objects/user/client.ts';
import { connect } from '#shared/adapters/db/client.ts';
import { dailyHistory } from '#shared/adapters/db/daily-projection.ts';
import { historyWords, patterns } from '#shared/core/daily/history.ts';
import type { RunState } from '#shared/core/daily/run-state.ts';
import { offeredBy, type Offered } from '#shared/core/daily/validate.ts';
import { modelSettingsOf } from '#shared/core/settings/once.ts';
import { QueryHistory } from '#shared/core/tools/builtins/daily-lead.ts';
import { makeCatalog } from '#shared/core/tools/catalog.ts';
import { serverToolNames } from '#shared/core/tools/definitions.ts';
import type { ActAnswer } from './store.ts';

const DAYS = 7;

/** The tools of the owner as they are at this moment. */
export async function offeredTo(env: Env, ownerId: string): Promise<Offered> {
  const kit = await user(env, ownerId).kit();
  if (kit === null) return { tools: {} };
  const { demo } = modelSettingsOf(env);
  return offeredBy(kit, makeCatalog([], kit, null), demo ? [] : serverToolNames);
}

/** Which of these files are there. */
export async function knownFiles(
  env: Env,
  ownerId: string,
  ids: ReadonlyArray<string>,
): Promise<ReadonlySet<string>> {
  const known = await Promise.all(ids.map((id) => user(env, ownerId).file(id)));
  return new Set(ids.filter((_id, at) => known[at] !== null));
}

/** Tasks of earlier days in words. What others wrote may be in it, so it is outside content. */
export async function pastWords(
  env: Env,
  { ownerId, id }: RunState,
  input: Readonly<Record<string, unknown>>,
  now: number,
): Promise<ActAnswer> {
  const { days, category, status } = QueryHistory.parse(input);
  try {
    const items = await dailyHistory(connect(env.DATABASE_URL), ownerId, {
      days: days ?? DAYS,
      category: category ?? null,
      status: status ?? null,
      now,
    });
    const text = historyWords(items.filter(({ runId }) => runId !== id));
    return { isError: false, text, outside: true };
  } catch {
    return { isError: true, text: 'The history cannot be read right now. Go on without it.', outside: false };
  }
}

/** How long a lead that begins waits for what was learned. */
const LEARN_MS = 1_500;

/** Patterns of the last days for the plan of this one. Empty when the database does not answer in time: the day begins. */
export async function learnedBy(env: Env, ownerId: string, runId: string, now: number): Promise<string> {
  const asked = { days: DAYS, category: null, status: null, now };
  const items = await Promise.race([
    dailyHistory(connect(env.DATABASE_URL), ownerId, asked).catch(() => []),
    scheduler.wait(LEARN_MS).then(() => []),
  ]);
  return patterns(items.filter((each) => each.runId !== runId)).join('\n\n');
}
