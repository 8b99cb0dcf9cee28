/** Settings, what Claude did: every call that changed something or was asked for, who let it run, how it ended. */
import type { EffectLine } from '#shared/protocol/connection.ts';
import { conversationPath } from '#web/app/routes.ts';
import { useUser } from '#web/app/signed-in.ts';
import { amend, useFresh } from '#web/data/security.ts';
import { effectsQuery, tools } from '#web/data/tools.ts';
import { useAction } from '#web/data/use-action.ts';
import { Link } from '#web/ui/link.tsx';
import { fullTime, timeOfDay } from '#web/ui/time.ts';
import { useNow } from '#web/ui/use-now.ts';
import { Fault, Loading } from './section.tsx';
import { dateWords } from './when.ts';

const outcomes: Readonly<Record<EffectLine['outcome'], string>> = {
  running: 'not decided or running',
  ok: 'done',
  error: 'failed',
  denied: 'not done',
  expired: 'expired, not done',
  stopped: 'stopped',
  unknown: 'outcome unknown',
};

/** Who let it run. */
export function whoWords({ allowedBy, decidedBy, outcome }: EffectLine): string {
  switch (allowedBy) {
    case 'person':
      return `approved by you${decidedBy ? `, ${decidedBy}` : ''}`;
    case 'rule':
      return 'by your standing rule';
    case 'setting':
      return 'by your setting';
    case 'policy':
      return 'only looks, or keeps things for you';
    default:
      return outcome === 'denied' && decidedBy ? `rejected by you, ${decidedBy}` : '';
  }
}

function Line({ line, zone, now }: { line: EffectLine; zone: string; now: number }) {
  return (
    <li>
      <time dateTime={line.at} title={fullTime(line.at, zone)}>
        {dateWords(line.at, zone, now)} {timeOfDay(line.at, zone)}
      </time>
      <div>
        <p>
          <b>{line.title}</b>
          {line.connection && ` · ${line.connection}`}{' '}
          <span className={line.outcome === 'unknown' ? 'waiting' : 'muted'}>{outcomes[line.outcome]}</span>
        </p>
        <p className="muted">{line.summary}</p>
        <p className="muted">
          {whoWords(line)}
          {whoWords(line) && ' · '}
          <Link href={conversationPath(line.conversationId)}>{line.conversationTitle ?? 'conversation'}</Link>
        </p>
      </div>
    </li>
  );
}

export function EffectsSection() {
  const { timezone } = useUser();
  const now = useNow();
  const { data, error, refetch } = useFresh(effectsQuery);
  const more = useAction();
  const cursor = data?.nextCursor ?? null;
  const showMore = () =>
    void more.run(async () => {
      if (cursor === null) return;
      const page = await tools.call('listEffects', { query: { limit: 50, cursor } });
      amend(effectsQuery, (known) => ({
        items: [...known.items, ...page.items],
        nextCursor: page.nextCursor,
      }));
    });
  return (
    <>
      <p className="muted intro">
        Every call that changed or sent something, or asked to: on whose behalf is always yours; here is who
        let it run, and how it ended. For 90 days.
      </p>
      {!data ? (
        <Loading error={error} refetch={refetch} label="list" />
      ) : data.items.length === 0 ? (
        <div className="blank">
          <p>
            <b>Nothing was done yet</b>
          </p>
          <p className="muted">What Claude does with tools stands here from its first call on.</p>
        </div>
      ) : (
        <ul className="history">
          {data.items.map((line) => (
            <Line key={line.callId} line={line} zone={timezone} now={now} />
          ))}
        </ul>
      )}
      <Fault text={more.fault} />
      {cursor !== null && (
        <button type="button" className="more" disabled={more.busy} onClick={showMore}>
          {more.busy ? 'One moment' : 'Show more'}
        </button>
      )}
    </>
  );
}
