/** A schedule that Claude proposes: what, when, its next times, what it may cost, what happens when it is missed. */
import type { Approval } from '#shared/protocol/question.ts';
import type { NeededTool, SchedulePreview } from '#shared/protocol/schedule.ts';
import { useActs } from '#web/data/acts.ts';
import { useAction } from '#web/data/use-action.ts';
import { work } from '#web/data/work.ts';
import { useUser } from '#web/app/signed-in.ts';
import { dollars } from '#web/ui/amounts.ts';
import { Link } from '#web/ui/link.tsx';
import { fullTime } from '#web/ui/time.ts';

const text = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value : null;

/** "8,640 runs a month, about $12.40 by what a run cost so far". */
function costWords({ monthly }: SchedulePreview): string | null {
  if (monthly === undefined) return null;
  const runs = `${monthly.runs.toLocaleString()} ${monthly.runs === 1 ? 'run' : 'runs'} a month`;
  return monthly.cost === null
    ? `About ${runs}`
    : `About ${runs}, ${dollars(monthly.cost)} by what a run here cost so far`;
}

/** What stands in the way, and when it ends: only what differs from the usual is worth a line. */
function boundsOf(input: Approval['input']): string[] {
  const count = input['count'];
  const until = text(input['until']);
  return [
    input['missed'] === 'skip'
      ? 'What is missed while the app is down is skipped.'
      : 'If the app was down at that time, one run comes later.',
    ...(input['overlap'] === 'skip' ? ['It is skipped while its own run before is still under way.'] : []),
    ...(typeof count === 'number' ? [`It ends after ${count} ${count === 1 ? 'run' : 'runs'}.`] : []),
    ...(until === null ? [] : [`It ends at ${until}.`]),
    'What writes asks you each time, unless a rule of yours lets it.',
  ];
}

const states: Record<NeededTool['state'], { tone: string; word: string }> = {
  runs: { tone: 'ok', word: 'runs by itself' },
  asks: { tone: 'waiting', word: 'asks you each time' },
  off: { tone: 'failed', word: 'is switched off' },
  reconnect: { tone: 'failed', word: 'has to be reconnected' },
};

/** The tools that its runs will need, and how each stands; without any named it is not said. */
function Needed({ tools }: { tools: ReadonlyArray<NeededTool> }) {
  if (tools.length === 0) return null;
  const stuck = tools.some(({ state }) => state === 'off' || state === 'reconnect');
  return (
    <div className="needed">
      <p>It needs</p>
      <ul aria-label="Tools that it needs">
        {tools.map(({ name, title, connection, state }) => (
          <li key={name}>
            <span>
              {title}
              {connection !== null && <span className="muted"> ({connection})</span>}
            </span>
            <span className="status" data-tone={states[state].tone}>
              <i aria-hidden="true" />
              {states[state].word}
            </span>
          </li>
        ))}
      </ul>
      {stuck && (
        <p>
          <Link href="/connections">Look at your connections first</Link>
        </p>
      )}
    </div>
  );
}

interface Props {
  conversationId: string;
  input: Approval['input'];
  schedule: SchedulePreview;
}

export function Proposal({ conversationId, input, schedule }: Props) {
  const { timezone } = useUser();
  const rehearsal = useAction();
  const acts = useActs();
  const instruction = text(input['instruction']);
  const name = text(input['name']);
  const cost = costWords(schedule);
  const rehearse = () =>
    void rehearsal.run(() => {
      const body = { instruction: instruction ?? '', ...(name === null ? {} : { name }) };
      return acts(JSON.stringify(body), (key) =>
        work.call('rehearse', { params: { conversationId }, body, key }),
      );
    });
  return (
    <div className="proposal">
      {name !== null && <b>{name}</b>}
      <p className="plain">{instruction}</p>
      <p>
        <b>{schedule.words.replace(/^./, (first) => first.toUpperCase())}</b>
        <span className="muted"> ({schedule.timezone.replaceAll('_', ' ')})</span>
      </p>
      <ol aria-label="Next times">
        {schedule.fires.map((at) => (
          <li key={at}>
            <time dateTime={at}>{fullTime(at, schedule.timezone || timezone)}</time>
          </li>
        ))}
      </ol>
      <Needed tools={schedule.tools ?? []} />
      {cost !== null && <p>{cost}.</p>}
      <ul className="muted">
        {boundsOf(input).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {instruction !== null && (
        <p className="rehearse">
          <button type="button" disabled={rehearsal.busy} onClick={rehearse}>
            Rehearse once
          </button>
          <span className="muted">
            It looks, and tells what it would have done. Nothing that writes is done.
          </span>
        </p>
      )}
      {rehearsal.fault && (
        <p className="danger" role="alert">
          {rehearsal.fault}
        </p>
      )}
    </div>
  );
}
