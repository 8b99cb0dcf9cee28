/** What was decided, small: it stays as history. */
import type { Question, QuestionEnd } from '#shared/protocol/question.ts';
import { conversationPath } from '#web/app/routes.ts';
import { useTalk } from '#web/features/conversation/talk-context.ts';
import { Arguments } from '#web/features/tools/arguments.tsx';
import { Link } from '#web/ui/link.tsx';
import { ScheduleChange } from './schedule-change.tsx';
import { askWords, endWords } from './words.ts';

const said = (value: unknown): string => {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  return Array.isArray(value) ? value.map(String).join(', ') : String(value ?? '');
};

export function Closed({ question, end, at }: { question: Question; end: QuestionEnd; at: string }) {
  const { approval, fields } = question;
  const { answers } = end;
  const change = end.input === null ? approval?.change : end.change;
  const talk = useTalk();
  const isMade = approval?.name === 'create_webhook' && approval.from === null && end.outcome === 'approved';
  return (
    <>
      <details className="asked" data-outcome={end.outcome}>
        <summary>
          <b>{askWords(question)}</b>
          {answers !== null && fields.length === 1 && <span>{said(answers[fields[0]?.id ?? ''])}</span>}
          <span className="muted">{endWords(question, end, at)}</span>
        </summary>
        {approval && change ? (
          <ScheduleChange input={end.input ?? approval.input} change={change} />
        ) : (
          approval && <Arguments input={end.input ?? approval.input} before={approval.input} />
        )}
        {answers !== null && fields.length > 1 && (
          <dl className="arguments">
            {fields.map(({ id, label }) => (
              <div key={id}>
                <dt>{label}</dt>
                <dd>{said(answers[id])}</dd>
              </div>
            ))}
          </dl>
        )}
      </details>
      {isMade && talk !== null && (
        <p className="next-step">
          <Link href={`${conversationPath(talk.id)}/work`}>Copy its address and secret</Link>
        </p>
      )}
    </>
  );
}
