/** Due times that come while the process is down: what each policy says about them, as their receipts must say it. */
import type { CreateSchedule } from '#shared/protocol/schedule-requests.ts';

export interface Policy {
  name: string;
  /** Down for minutes, not only as long as a restart takes. */
  long: boolean;
  /** When it is due, in milliseconds from its creation; null for `every`. */
  inMs: number | null;
  given: Partial<CreateSchedule>;
  /** It ends so long after its creation. */
  untilMs?: number;
  /** What stands in the way of a run when the process dies. */
  before: 'nothing' | 'a question' | 'a run that waits';
  /** The receipts of all due times in order, as `status reason, status reason`. */
  receipts: RegExp;
}

/** How long after the last creation it is there again, of those that are down long. */
export const BACK_MS = 160_000;
/** Due every minute, two minutes long: at 60 and 120 s, and there again at 160. */
const minutes = { every: 60 };
const TWICE_MS = 150_000;
/** Due at 90 s: 70 late, and the next at 180. */
const slower = { every: 90 };

const policy = (
  name: string,
  receipts: RegExp,
  more: Partial<Omit<Policy, 'name' | 'receipts'>>,
): Policy => ({ name, long: true, inMs: null, given: {}, before: 'nothing', ...more, receipts });

export const policies: ReadonlyArray<Policy> = [
  policy('run late', /^ran on_time$/, { long: false, inMs: 1_500, given: { missed: 'run_late' } }),
  policy('skip', /^ran on_time$/, { long: false, inMs: 1_500, given: { missed: 'skip' } }),
  policy('once, run late', /^late was_down$/, { inMs: 3_000, given: { missed: 'run_late' } }),
  policy('once, skip', /^missed skips_missed$/, { inMs: 3_000, given: { missed: 'skip' } }),
  policy('every minute, run late', /^missed was_down, ran on_time$/, {
    given: { ...minutes, missed: 'run_late' },
    untilMs: TWICE_MS,
  }),
  policy('every minute, skip', /^missed was_down, ran on_time$/, {
    given: { ...minutes, missed: 'skip' },
    untilMs: TWICE_MS,
  }),
  policy('slower, run late', /^missed too_late$/, { given: { ...slower, missed: 'run_late' } }),
  policy('slower, skip', /^missed skips_missed$/, { given: { ...slower, missed: 'skip' } }),
  policy('once, a question open, hold', /^late waiting_for_you$/, {
    inMs: 3_000,
    given: { whileWaiting: 'hold' },
    before: 'a question',
  }),
  policy('once, a question open, run', /^late was_down$/, {
    inMs: 3_000,
    given: { whileWaiting: 'run' },
    before: 'a question',
  }),
  policy('overlap, skip', /^ran by_hand, missed was_down, skipped waiting_for_you$/, {
    given: { ...minutes, overlap: 'skip' },
    untilMs: TWICE_MS,
    before: 'a run that waits',
  }),
  policy('overlap, one waits', /^ran by_hand, missed was_down, (ran|late) waiting_for_you$/, {
    given: { ...minutes, overlap: 'queue_one' },
    untilMs: TWICE_MS,
    before: 'a run that waits',
  }),
];
