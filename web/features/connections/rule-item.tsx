/** A standing rule in words, and its end: at once, so it asks first. */
import { useState } from 'react';
import type { StandingRule } from '#shared/protocol/connection.ts';
import { useUser } from '#web/app/signed-in.ts';
import { amend } from '#web/data/security.ts';
import { rulesQuery, tools } from '#web/data/tools.ts';
import { useAction } from '#web/data/use-action.ts';
import { AskDialog } from '#web/features/settings/ask-dialog.tsx';
import { fullTime, longDate } from '#web/ui/time.ts';
import { toast } from '#web/ui/toast.ts';
import { boundsWords, ruleTitle, useWords } from './rule-words.ts';

export function RuleItem({ rule }: { rule: StandingRule }) {
  const { timezone } = useUser();
  const action = useAction();
  const [asking, ask] = useState(false);
  const end = async () => {
    if (!(await action.run(() => tools.call('removeRule', { params: { ruleId: rule.id } })))) return;
    amend(rulesQuery, ({ items }) => ({ items: items.filter(({ id }) => id !== rule.id) }));
    toast({ text: 'The rule has ended. Claude asks again.' });
  };
  const bounds = boundsWords(rule);
  const title = ruleTitle(rule);
  return (
    <li>
      <div>
        <b>{title}</b>
        {rule.tainted && <span className="tag">Also after text from outside</span>}
        <p title={`Until ${fullTime(rule.until, timezone)}`}>
          {bounds && `With ${bounds}; `}
          {useWords(rule, longDate(rule.until, timezone))}
        </p>
        {rule.uses > 0 && (
          <p className="muted">Used {rule.uses === 1 ? 'once' : `${rule.uses} times`} in all</p>
        )}
      </div>
      <div className="verbs">
        <button type="button" aria-label={`End the rule: ${title}`} onClick={() => ask(true)}>
          End
        </button>
      </div>
      {asking && (
        <AskDialog
          title="End this rule"
          keep="Keep it"
          verb="End it now"
          action={action}
          onVerb={() => void end()}
          onClose={() => ask(false)}
        >
          <p>From now on Claude asks each time: {title}.</p>
        </AskDialog>
      )}
    </li>
  );
}
