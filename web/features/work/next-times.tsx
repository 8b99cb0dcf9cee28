/** The next times of a rule and what its runs cost, as the card of a proposal and the editor show them. */
import type { SchedulePreview } from '#shared/protocol/schedule.ts';
import { count, dollars } from '#web/ui/amounts.ts';
import { fullTime } from '#web/ui/time.ts';

/** @param zone IANA name */
export function NextTimes({ shown: { fires, ends }, zone }: { shown: SchedulePreview; zone: string }) {
  return (
    <ol aria-label="Next times">
      {fires.map((at, place) => (
        <li key={at}>
          <time dateTime={at}>{fullTime(at, zone)}</time>
          {ends === true && place === fires.length - 1 && ', then it ends'}
        </li>
      ))}
    </ol>
  );
}

const bases = {
  own_runs: 'by its own last runs',
  rehearsal: 'by its rehearsal',
  runs_here: 'by the last runs here',
};

/** "About 8,640 runs a month, $12.40 by its rehearsal"; null for what begins at once. */
export function costWords({ monthly }: SchedulePreview): string | null {
  if (monthly === undefined) return null;
  const { runs, cost, by = 'runs_here', guess, inAll } = monthly;
  const many = `${count(runs)} ${runs === 1 ? 'run' : 'runs'}`;
  const often = inAll === true ? `${many} in all` : `About ${many} a month`;
  if (cost === null) return `${often}. What they cost is not known yet: rehearse it once`;
  // A guess to the cent would promise what it cannot keep.
  if (guess) return `${often}, roughly ${dollars(Number(cost.toPrecision(2)))}: a rehearsal tells it better`;
  return `${often}, ${dollars(cost)} ${bases[by]}`;
}
