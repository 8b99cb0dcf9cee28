/** A standing rule in words, and its end. */
import type { StandingRule } from '#shared/protocol/connection.ts';
import { useUser } from '#web/app/signed-in.ts';
import { amend } from '#web/data/security.ts';
import { rulesQuery, tools } from '#web/data/tools.ts';
import { useAction } from '#web/data/use-action.ts';
import { Fault } from '#web/features/settings/section.tsx';
import { fullTime } from '#web/ui/time.ts';
import { toast } from '#web/ui/toast.ts';

const short = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
};

/** "to rebecca@example.com, subject like “Receipt *”, body anything". */
export const boundsInWords = ({ matches }: StandingRule): string =>
  matches
    .filter(({ path }) => !/^idempotency_?key$/i.test(path))
    .map(({ path, how, value }) => {
      const name = path.replaceAll('_', ' ');
      if (how === 'any') return `${name} anything`;
      return how === 'template' ? `${name} like “${short(value)}”` : `${name} “${short(value)}”`;
    })
    .join(', ');

export function RuleItem({ rule }: { rule: StandingRule }) {
  const { timezone } = useUser();
  const action = useAction();
  const end = async () => {
    if (!(await action.run(() => tools.call('removeRule', { params: { ruleId: rule.id } })))) return;
    amend(rulesQuery, ({ items }) => ({ items: items.filter(({ id }) => id !== rule.id) }));
    toast({ text: 'The rule has ended. Claude asks again.' });
  };
  return (
    <li>
      <div>
        <b>{rule.title}</b>
        {rule.tainted && <span className="tag">also after text from outside</span>}
        <p>{boundsInWords(rule)}</p>
        <p className="muted">
          At most {rule.perDay} a day, {rule.usedToday} used today, {rule.uses} in all · until{' '}
          {fullTime(rule.until, timezone)}
        </p>
        <Fault text={action.fault} />
      </div>
      <div className="verbs">
        <button type="button" disabled={action.busy} onClick={() => void end()}>
          End
        </button>
      </div>
    </li>
  );
}
