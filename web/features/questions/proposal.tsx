/** A schedule that Claude proposes: what, when, its next times, what it may cost, what happens when it is missed. */
import type { Approval } from '#shared/protocol/question.ts';
import type { NeededTool, SchedulePreview } from '#shared/protocol/schedule.ts';
import { costWords, NextTimes } from '#web/features/work/next-times.tsx';
import { Rehearse } from '#web/features/work/rehearse.tsx';
import { useUser } from '#web/app/signed-in.ts';
import { Link } from '#web/ui/link.tsx';
import { fullTime, ruleLine } from '#web/ui/time.ts';
import { useReckoned } from './use-reckoned.ts';

const text = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value : null;

/** What stands in the way, and when it ends: only what differs from the usual is worth a line. */
function boundsOf(input: Approval['input'], zone: string): string[] {
  const count = input['count'];
  const until = text(input['until']);
  return [
    input['missed'] === 'skip'
      ? 'What is missed while the app is down is skipped.'
      : 'If the app was down at that time, one run comes later.',
    ...(input['overlap'] === 'skip' ? ['It is skipped while its own run before is still under way.'] : []),
    ...(input['whileWaiting'] === 'run' ? ['It also runs while a question here waits for you.'] : []),
    ...(typeof count === 'number' ? [`It ends after ${count} ${count === 1 ? 'run' : 'runs'}.`] : []),
    ...(until === null || Number.isNaN(Date.parse(until)) ? [] : [`It ends on ${fullTime(until, zone)}.`]),
    'What writes asks you each time, unless a rule of yours lets it.',
  ];
}

const states: Record<NeededTool['state'], { tone: string; word: string }> = {
  runs: { tone: 'ok', word: 'runs by itself' },
  asks: { tone: 'waiting', word: 'asks you each time' },
  off: { tone: 'failed', word: 'is switched off' },
  reconnect: { tone: 'failed', word: 'has to be reconnected' },
};

/** The tools that its runs will need, as far as Claude named them, and how each stands. */
function Needed({ tools }: { tools: ReadonlyArray<NeededTool> }) {
  if (tools.length === 0) return <p className="muted">Claude named no tools; what it uses asks as usual.</p>;
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
  brief?: boolean;
}

export function Proposal({ conversationId, input, schedule: asked, brief = false }: Props) {
  const { timezone } = useUser();
  const schedule = useReckoned(conversationId, input, asked);
  const zone = schedule.timezone || timezone;
  const instruction = text(input['instruction']);
  const name = text(input['name']);
  const cost = costWords(schedule);
  return (
    <div className="proposal">
      {name !== null && <b>{name}</b>}
      <p className="plain">{instruction}</p>
      <p>
        <b>{ruleLine(schedule.words)}</b>
        <span className="muted"> ({schedule.timezone.replaceAll('_', ' ')})</span>
      </p>
      <NextTimes shown={schedule} zone={zone} />
      <Needed tools={schedule.tools ?? []} />
      {cost !== null && <p>{cost}.</p>}
      <ul className="muted">
        {boundsOf(input, zone).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {instruction !== null && !brief && (
        <Rehearse conversationId={conversationId} name={name} instruction={instruction} />
      )}
    </div>
  );
}
