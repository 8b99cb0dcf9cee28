/** What a yes changes about a schedule that is there: which one, each thing as it was and would be, its next times. */
import type { Approval } from '#shared/protocol/question.ts';
import type { ChangePreview, Schedule } from '#shared/protocol/schedule.ts';
import { Arguments } from '#web/features/tools/arguments.tsx';
import { fullTime, inOwnClock } from '#web/ui/time.ts';

const whenOf = ({ words, timezone }: Schedule): string =>
  `${inOwnClock(words)} (${timezone?.replaceAll('_', ' ')})`;

const statuses: Record<Schedule['status'], string> = {
  live: 'goes on',
  paused: 'paused',
  ended: 'has ended',
};

/** A schedule in words, by what of it a call can change. */
const said = (of: Schedule): Record<string, string> => ({
  Name: of.name,
  When: whenOf(of),
  'What Claude does each time': of.instruction,
  'Ends after': of.count === null ? 'no number of runs' : `${of.count} runs`,
  'Ends at': of.until === null ? 'no set time' : fullTime(of.until, of.timezone ?? 'UTC'),
  'If the app was down': of.missed === 'skip' ? 'it is skipped' : 'one run comes later',
  'If the run before goes on': of.overlap === 'skip' ? 'it is skipped' : 'one waits',
  'While it waits for you': of.whileWaiting === 'hold' ? 'it holds' : 'it runs all the same',
  State: statuses[of.status],
});

interface Props {
  input: Approval['input'];
  change: ChangePreview;
}

export function ScheduleChange({ input, change: { before, after, fires } }: Props) {
  // The call that stops one names it, and nothing else but whether it is only paused.
  const isEnd = Object.keys(input).every((name) => name === 'id' || name === 'pause');
  const [was, is] = [said(before), said(after)];
  const changed = Object.fromEntries(Object.entries(is).filter(([what, now]) => now !== was[what]));
  const isSame = Object.keys(changed).length === 0;
  return (
    <div className="proposal">
      <b>{before.name}</b>
      {isSame ? (
        <p>{whenOf(before).replace(/^./, (first) => first.toUpperCase())}</p>
      ) : (
        <Arguments input={changed} before={was} />
      )}
      {isSame && !isEnd && <p>Nothing would be different.</p>}
      {fires.length > 0 && (
        <>
          <p className="muted">Its next times then</p>
          <ol aria-label="Next times">
            {fires.map((at) => (
              <li key={at}>
                <time dateTime={at}>{fullTime(at, after.timezone ?? 'UTC')}</time>
              </li>
            ))}
          </ol>
        </>
      )}
      {fires.length === 0 && !isEnd && <p>Nothing comes due then.</p>}
      {input['pause'] === true && <p>What comes due until it goes on again is skipped.</p>}
    </div>
  );
}
