/** One tool: what it is in its server's words, what it can do, what happens to a call, what was changed about it. */
import type { Tool } from '#shared/protocol/connection.ts';
import { codeOf } from '#shared/client/problem-error.ts';
import { useUser } from '#web/app/signed-in.ts';
import { renew } from '#web/data/security.ts';
import { markReviewed } from '#web/data/tool-settings.ts';
import { connectionsQuery } from '#web/data/tools.ts';
import { useAction } from '#web/data/use-action.ts';
import { Fault } from '#web/features/settings/section.tsx';
import { agoWords } from '#web/features/settings/when.ts';
import { riskWords } from '#web/features/tools/sentence.ts';
import { fullTime } from '#web/ui/time.ts';
import { useNow } from '#web/ui/use-now.ts';
import { SettingChoice } from './setting-choice.tsx';
import { ToolDifference } from './tool-change.tsx';
import { acts, verdictWords } from './tool-words.ts';

/** The definition is another one again: what is shown is not what would be switched on. */
export function changedMeanwhile(error: unknown): string | null {
  if (codeOf(error) !== 'call_changed') return null;
  void renew(connectionsQuery);
  return 'The server has changed it once more. Nothing was switched on; look again.';
}

function Changed({ tool }: { tool: Tool }) {
  const action = useAction(changedMeanwhile);
  const decide = (setting?: 'off') => void action.run(() => markReviewed([tool], setting));
  return (
    <div className="changed">
      <p className="waiting">The server has changed this tool. It is off until you have looked.</p>
      {tool.change && <ToolDifference of={tool.change} />}
      <div className="verbs">
        <button type="button" disabled={action.busy} onClick={() => decide()}>
          Switch on again
        </button>
        <button type="button" disabled={action.busy} onClick={() => decide('off')}>
          Leave off
        </button>
      </div>
      <Fault text={action.fault} />
    </div>
  );
}

export function ToolRow({ tool, own }: { tool: Tool; own: boolean }) {
  const { timezone } = useUser();
  const now = useNow();
  const { title, description, risk, review, setting, verdict, uses, lastUsedAt } = tool;
  return (
    <li data-review={review}>
      <div>
        <b>{title}</b> <span className="muted">{riskWords[risk]}</span>
        {review === 'new' && <span className="tag">Not reviewed</span>}
        {review === 'gone' && <span className="tag">Gone from the server</span>}
        {review !== 'changed' &&
          description !== '' &&
          (own ? (
            <p className="muted">{description}</p>
          ) : (
            <blockquote className="theirs">{description}</blockquote>
          ))}
        {setting === 'auto' && acts(tool) && verdict === 'allow' && (
          <p className="waiting">Runs without asking, except after Claude has read text from outside.</p>
        )}
        {uses > 0 && (
          <p className="muted">
            Used {uses === 1 ? 'once' : `${uses} times`}
            {lastUsedAt && (
              <>
                , last{' '}
                <time dateTime={lastUsedAt} title={fullTime(lastUsedAt, timezone)}>
                  {agoWords(lastUsedAt, timezone, now)}
                </time>
              </>
            )}
          </p>
        )}
      </div>
      <div className="choice">
        <SettingChoice
          tools={[tool]}
          label={`What ${title} may do`}
          name={`“${title}”`}
          disabled={review === 'gone' || review === 'changed'}
        />
        <span className="muted">{verdictWords[verdict]}</span>
      </div>
      {review === 'changed' && <Changed tool={tool} />}
    </li>
  );
}
