/** Starting a day now, or trying one out. */
import { useActs } from '#web/data/acts.ts';
import { daily, hearRun } from '#web/data/daily.ts';
import { useAction } from '#web/data/use-action.ts';
import { go } from '#web/app/routes.ts';
import { Fault } from '#web/features/settings/section.tsx';

export function Begin() {
  const action = useAction();
  const acts = useActs();
  const start = (body: { timeScale?: number; dryRun?: boolean }) =>
    action.run(async () => {
      const begun = await acts(JSON.stringify(body), (key) => daily.call('startDailyRun', { body, key }));
      hearRun(begun);
      go(`/today/${begun.run.id}`);
    });
  return (
    <div className="begin">
      <div className="verbs">
        <button type="button" className="primary" disabled={action.busy} onClick={() => void start({})}>
          Start now
        </button>
        <button type="button" disabled={action.busy} onClick={() => void start({ dryRun: true })}>
          Dry run
        </button>
        <button type="button" disabled={action.busy} onClick={() => void start({ timeScale: 60 })}>
          A day in three minutes
        </button>
      </div>
      <p className="muted">
        A dry run does everything but what writes or sends. None of them uses up the run of the day.
      </p>
      <Fault text={action.fault} />
    </div>
  );
}
