/** What a rule means, while it is typed: in words, and its next times. */
import { ruleLine } from '#web/ui/time.ts';
import { useEffect, useState } from 'react';
import type { SchedulePreview } from '#shared/protocol/schedule.ts';
import type { PreviewSchedule } from '#shared/protocol/schedule-requests.ts';
import { describe } from '#web/data/problem-sentences.ts';
import { work } from '#web/data/work.ts';
import { costWords, NextTimes } from './next-times.tsx';
import { faultOf, previewed, type ScheduleDraft } from './schedule-draft.ts';

/** Typing pauses this long before the server is asked. */
const PAUSE_MS = 250;

type State = { rule: string; shown: SchedulePreview | null; fault: string | null };

/** Asks again whenever the rule or anything else of it changes; an older answer never takes the place of a newer one. */
function usePreview(rule: string): State {
  const [state, set] = useState<State>({ rule: '', shown: null, fault: null });
  useEffect(() => {
    const ending = new AbortController();
    const timer = setTimeout(() => {
      const { body }: { body: PreviewSchedule } = JSON.parse(rule);
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

interface Props {
  draft: ScheduleDraft;
  zone: string;
  conversationId: string;
  scheduleId?: string | undefined;
  /** When the last rehearsal ended, which may have told what a run costs. */
  rehearsedAt?: string | null | undefined;
  /** Whether what is typed is no rule. */
  onFault: (faulty: boolean) => void;
}

export function Preview({ draft, zone, conversationId, scheduleId, rehearsedAt, onFault }: Props) {
  const body = previewed(draft, zone, { conversationId, scheduleId });
  const rule = JSON.stringify({ body, rehearsedAt });
  const { rule: of, shown, fault } = usePreview(rule);
  const stale = of !== rule;
  const faulty = fault !== null;
  useEffect(() => onFault(faulty), [faulty, onFault]);
  const cost = shown === null ? null : costWords(shown);
  return (
    <div className="next-times" role="status" data-stale={stale || undefined}>
      {faulty ? (
        <p className="danger">{fault}</p>
      ) : shown === null ? (
        <p className="muted">One moment</p>
      ) : (
        <>
          <p>
            <b>{ruleLine(shown.words)}</b>
            <span className="muted"> ({shown.timezone.replaceAll('_', ' ')})</span>
          </p>
          <NextTimes shown={shown} zone={draft.zone ?? zone} />
          {cost !== null && <p className="muted">{cost}.</p>}
        </>
      )}
    </div>
  );
}
