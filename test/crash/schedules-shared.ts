/** Two schedules that come due together: one run looks after both, and each has its own words and receipt. */
import type { Event } from '#shared/protocol/events.ts';
import type { Run } from '#shared/protocol/run.ts';
import type { Last, Play } from './schedules-play.ts';
import { arrive, prepare } from './schedules-steps.ts';

/** How far ahead they come due: while the app is up, and while it is down. */
const SOON_MS = 2_500;
const DOWN_MS = 2_000;

export async function reachShared(play: Play): Promise<Last | null> {
  const both = async (ms: number) => {
    const at = new Date(Date.now() + ms).toISOString();
    await play.createOther({ at });
    await play.create({ at });
  };
  if (play.point.step.at === 'before due') return { do: () => both(DOWN_MS) };
  await prepare(play);
  await both(SOON_MS);
  await arrive(play);
  return null;
}

/** Both are in one run, which heard the words of both. */
export async function judgeShared(
  play: Play,
  runs: ReadonlyArray<Run>,
  events: ReadonlyArray<Event>,
): Promise<string[]> {
  const mine = await play.receipts();
  const others = await play.receiptsOf(play.other);
  const brief = (all: typeof mine) =>
    all
      .map(({ dueAt, count, status, reason, runId }) => [dueAt, count, status, reason, runId].join(' '))
      .join();
  const wanted = [play.schedule?.id, play.other?.id].toSorted().join();
  const named = runs.map(({ trigger: { source } }) =>
    [source?.id, ...(source?.together ?? []).map(({ id }) => id)].toSorted().join(),
  );
  const words = events.flatMap((event) =>
    event.type === 'message_added' && event.origin === 'schedule' ? [event.source?.id] : [],
  );
  return [
    ...(brief(mine) === brief(others) ? [] : [`the receipts differ: ${brief(mine)} and ${brief(others)}`]),
    ...(named.join() === wanted ? [] : [`lost: the runs are of ${named.join(' and ')}, not of ${wanted}`]),
    ...(words.toSorted().join() === wanted
      ? []
      : [`lost: the words are of ${words.join()}, not of ${wanted}`]),
  ];
}
