/** What a rule means, while it is typed: in words, and its next times. */
import { useEffect, useState } from 'react';
import type { SchedulePreview } from '#shared/protocol/schedule.ts';
import { describe } from '#web/data/problem-sentences.ts';
import { work } from '#web/data/work.ts';
import { fullTime } from '#web/ui/time.ts';
import { faultOf, type ScheduleDraft, whenOf } from './schedule-draft.ts';

/** Typing pauses this long before the server is asked. */
const PAUSE_MS = 250;

type State = { rule: string; shown: SchedulePreview | null; fault: string | null };

/** Asks again whenever the rule or the zone changes; an older answer never takes the place of a newer one. */
function usePreview(rule: string): State {
  const [state, set] = useState<State>({ rule: '', shown: null, fault: null });
  useEffect(() => {
    const ending = new AbortController();
    const timer = setTimeout(() => {
      const body: Parameters<typeof work.call<'previewSchedule'>>[1]['body'] = JSON.parse(rule);
      work
        .call('previewSchedule', { body, signal: ending.signal })
        .then((shown) => set({ rule, shown, fault: null }))
        .catch((error: unknown) => {
          if (ending.signal.aborted) return;
          set({ rule, shown: null, fault: faultOf(error) ?? describe(error) });
        });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      ending.abort();
    };
  }, [rule]);
  return state;
}

export function Preview({ draft, zone }: { draft: ScheduleDraft; zone: string }) {
  const rule = JSON.stringify({ ...whenOf(draft, zone), timezone: draft.zone });
  const { rule: of, shown, fault } = usePreview(rule);
  const stale = of !== rule;
  return (
    <div className="next-times" role="status" data-stale={stale || undefined}>
      {fault !== null ? (
        <p className="danger">{fault}</p>
      ) : shown === null ? (
        <p className="muted">One moment</p>
      ) : (
        <>
          <p>
            <b>{shown.words.replace(/^./, (first) => first.toUpperCase())}</b>
            <span className="muted"> ({shown.timezone.replaceAll('_', ' ')})</span>
          </p>
          <ol aria-label="Next times">
            {shown.fires.map((at) => (
              <li key={at}>
                <time dateTime={at}>{fullTime(at, draft.zone ?? zone)}</time>
              </li>
            ))}
          </ol>
        </>
      )}
    </div>
  );
}
