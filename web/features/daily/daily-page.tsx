/** Today: the run that goes on, or what comes next and how the last one went; past days; settings. */
import { useUser } from '#web/app/signed-in.ts';
import { isOver, settingsQuery, useLastRuns, useRun } from '#web/data/daily.ts';
import { useFresh } from '#web/data/security.ts';
import { Loading } from '#web/features/settings/section.tsx';
import { whenWords } from '#web/features/work/work-words.ts';
import { Link } from '#web/ui/link.tsx';
import { useNow } from '#web/ui/use-now.ts';
import { useTitle } from '#web/ui/use-title.ts';
import { Begin } from './begin.tsx';
import { Board } from './board.tsx';
import { DailySettingsForm } from './daily-settings.tsx';
import { Past } from './past.tsx';
import '#web/features/settings/settings.css';
import '#web/features/work/work.css';
import './daily.css';

function OneRun({ id }: { id: string }) {
  const { data, error, refetch } = useRun(id);
  const now = useNow();
  return data ? (
    <Board run={data.run} now={now} />
  ) : (
    <Loading error={error} refetch={refetch} label="board" />
  );
}

function Coming() {
  const { timezone } = useUser();
  const now = useNow();
  const { data, error, refetch } = useFresh(settingsQuery);
  if (!data) return <Loading error={error} refetch={refetch} label="settings" />;
  const { nextStartAt, settings } = data;
  return nextStartAt === null ? (
    <div className="blank">
      <p>
        <b>A day that runs itself</b>
      </p>
      <p className="muted">
        Every morning a lead looks at yesterday, plans a few tasks, hands them to sub-agents, stops on time
        and reports what was really done. Nothing goes out without your yes.
      </p>
      <Link className="button primary" href="/today/settings">
        Set it up
      </Link>
    </div>
  ) : (
    <p>
      The next run begins <b>{whenWords(nextStartAt, timezone, now)}</b> and takes {settings.windowMinutes}{' '}
      minutes.
    </p>
  );
}

function Now() {
  const { data, error, refetch } = useLastRuns();
  if (!data) return <Loading error={error} refetch={refetch} label="day" />;
  const going = data.items.find((run) => !isOver(run));
  if (going) return <OneRun id={going.id} />;
  const [last] = data.items;
  return (
    <>
      <section aria-label="What comes next">
        <Coming />
        <Begin />
      </section>
      {last && (
        <section aria-label="The last day">
          <OneRun id={last.id} />
        </section>
      )}
    </>
  );
}

const views = [
  { view: 'board', href: '/today', label: 'Today' },
  { view: 'past', href: '/today/past', label: 'Past days' },
  { view: 'settings', href: '/today/settings', label: 'Settings' },
] as const;

export function DailyPage({ view, id }: { view: 'board' | 'past' | 'settings'; id: string | null }) {
  useTitle('Today');
  return (
    <div className="scroll">
      <div className="work daily">
        <h1 id="title" tabIndex={-1}>
          Today
        </h1>
        <nav className="tabs" aria-label="Daily run">
          {views.map((each) => (
            <Link
              key={each.view}
              href={each.href}
              aria-current={each.view === view && id === null ? 'page' : undefined}
            >
              {each.label}
            </Link>
          ))}
        </nav>
        {view === 'settings' ? (
          <DailySettingsForm />
        ) : view === 'past' ? (
          <Past />
        ) : id ? (
          <OneRun key={id} id={id} />
        ) : (
          <Now />
        )}
      </div>
    </div>
  );
}
