/**
 * What a rehearsal would have done, and the smallest set of permissions to do it without asking: each one ticked by hand
 * where Claude had read text from outside before it.
 */
import { useId, useState } from 'react';
import type { QuestionView } from '#shared/core/conversation/transcript.ts';
import type { ProposedRule, RehearsalReport, RehearsedCall } from '#shared/protocol/rehearsal.ts';
import { useUser } from '#web/app/signed-in.ts';
import { renew, useFresh } from '#web/data/security.ts';
import { rulesQuery } from '#web/data/tools.ts';
import { useAction } from '#web/data/use-action.ts';
import { work } from '#web/data/work.ts';
import { ruleTitle } from '#web/features/connections/rule-words.ts';
import { lookAtCard } from '#web/features/questions/look-at-card.ts';
import { Arguments } from '#web/features/tools/arguments.tsx';
import { longDate } from '#web/ui/time.ts';
import '#web/ui/fields.css';
import './rehearsal-report.css';

const whys: Readonly<Record<string, string>> = {
  setting: 'you want to be asked before this tool is used',
  unreviewed: 'nobody has looked at this tool’s description yet',
  unknown_before: 'nobody knows whether an earlier call of this tool was carried out',
  rule_spent: 'your standing rule has no use left today',
};

/** Whom it reaches belongs into the line. */
const lineOf = ({ title, from, input }: RehearsedCall): string => {
  const matches = Object.entries(input).map(([path, value]) => ({ path, how: 'equals' as const, value }));
  return `${ruleTitle({ title, matches })}${from === null ? '' : ` (${from.name})`}`;
};

function Call({ call }: { call: RehearsedCall }) {
  const { asks, ruleId, input } = call;
  const why =
    asks === null
      ? 'by itself'
      : ruleId === null
        ? `would ask: ${whys[asks] ?? 'this is asked each time'}`
        : 'would ask you';
  return (
    <li>
      <details>
        <summary>
          <b>{lineOf(call)}</b> <span className="muted">{why}</span>
        </summary>
        <Arguments input={input} />
      </details>
    </li>
  );
}

/** What may vary, by the holes that there are. */
function exactly(matches: ProposedRule['bounds']['matches']): string {
  const open = matches.flatMap(({ how, value }) => (how === 'figures' ? [String(value)] : [])).join(' ');
  const kinds = ['number', 'date', 'time', 'code'].filter((kind) => open.includes(`{${kind}}`));
  const holes = kinds.map((kind) => `{${kind}}`).join(', ');
  return kinds.length === 0 ? 'Exactly this' : `Exactly this, but for ${holes}: any other one in its place`;
}

interface RuleProps {
  rule: ProposedRule;
  granted: boolean;
  chosen: boolean;
  choose: (on: boolean) => void;
}

function Rule({ rule, granted, chosen, choose }: RuleProps) {
  const { timezone } = useUser();
  const { bounds, tainted, from } = rule;
  const { matches, perDay, until } = bounds;
  const box = useId();
  return (
    <li>
      <label className="check" htmlFor={box}>
        <input
          id={box}
          type="checkbox"
          checked={granted || chosen}
          disabled={granted}
          onChange={({ target }) => choose(target.checked)}
        />
        <span>
          {ruleTitle({ ...rule, matches })}
          {from !== null && ` (${from.name})`}
          <span className="muted">
            At most {perDay === 1 ? 'once' : perDay === 2 ? 'twice' : `${perDay} times`} a day, until{' '}
            {longDate(until, timezone)}
            {granted && '. Allowed already'}
          </span>
          {tainted && !granted && (
            <span className="waiting">Claude had read text from outside before this. Look at it first.</span>
          )}
        </span>
      </label>
      <details>
        <summary>{exactly(matches)}</summary>
        <Arguments input={Object.fromEntries(matches.map(({ path, value }) => [path, value]))} />
      </details>
    </li>
  );
}

interface Props {
  conversationId: string;
  runId: string;
  report: RehearsalReport;
  /** An open card of a schedule with the name of the one that was rehearsed; what it says may be something else. */
  proposal?: QuestionView['question'] | null;
}

export function Report({ conversationId, runId, report, proposal = null }: Props) {
  const { calls, rules } = report;
  const [picked, pick] = useState<Readonly<Record<string, boolean>>>({});
  const [put, putAway] = useState(false);
  const known = useFresh(rulesQuery).data?.items ?? [];
  const action = useAction();
  const isGranted = ({ id }: ProposedRule) => known.some((rule) => rule.id === id);
  const open = rules.filter((rule) => !isGranted(rule));
  const chosen = open.filter(({ id, tainted }) => picked[id] ?? !tainted);
  // Never a yes from here: only the card shows what would be started, as it was edited there.
  const toCard = () => {
    if (proposal !== null) lookAtCard(proposal.id);
  };
  const allow = () =>
    void action.run(async () => {
      const ruleIds = chosen.map(({ id }) => id);
      await work.call('allowRehearsed', { params: { conversationId, runId }, body: { ruleIds } });
      await renew(rulesQuery);
      toCard();
    });
  const canStart = proposal !== null;
  if (calls.length === 0)
    return <p className="rehearsed muted">The rehearsal would have changed nothing: it only looked.</p>;
  return (
    <section className="rehearsed" aria-label="What the rehearsal would have done">
      <h3>Would have done</h3>
      <ul>
        {calls.map((call) => (
          <Call key={call.toolUseId} call={call} />
        ))}
      </ul>
      {rules.length > 0 && !put && (
        <>
          <h3>To run without asking it needs</h3>
          <ul className="permissions">
            {rules.map((rule) => (
              <Rule
                key={rule.id}
                rule={rule}
                granted={isGranted(rule)}
                chosen={picked[rule.id] ?? !rule.tainted}
                choose={(on) => pick({ ...picked, [rule.id]: on })}
              />
            ))}
          </ul>
        </>
      )}
      {action.fault && (
        <p className="danger" role="alert">
          {action.fault}
        </p>
      )}
      {!put && (open.length > 0 || canStart) && (
        <div className="verbs">
          {open.length > 0 && (
            <button
              type="button"
              className={chosen.length > 0 ? 'primary' : ''}
              disabled={action.busy || chosen.length === 0}
              onClick={allow}
            >
              {action.busy ? 'One moment' : canStart ? 'Allow these, then to its card' : 'Allow these'}
            </button>
          )}
          {canStart && (
            <button
              type="button"
              className={open.length > 0 ? '' : 'primary'}
              disabled={action.busy}
              onClick={toCard}
            >
              Start it on its card
            </button>
          )}
          <button type="button" disabled={action.busy} onClick={() => putAway(true)}>
            Not now
          </button>
        </div>
      )}
    </section>
  );
}
