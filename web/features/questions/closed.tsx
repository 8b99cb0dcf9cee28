/** What was decided, small: it stays as history. */
import type { Question, QuestionEnd } from '#shared/protocol/question.ts';
import { Arguments } from '#web/features/tools/arguments.tsx';
import { askWords, endWords } from './words.ts';

const said = (value: unknown): string => {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  return Array.isArray(value) ? value.map(String).join(', ') : String(value ?? '');
};

export function Closed({ question, end, at }: { question: Question; end: QuestionEnd; at: string }) {
  const { approval, fields } = question;
  const { answers } = end;
  return (
    <details className="asked" data-outcome={end.outcome}>
      <summary>
        <b>{askWords(question)}</b>
        {answers !== null && fields.length === 1 && <span>{said(answers[fields[0]?.id ?? ''])}</span>}
        <span className="muted">{endWords(question, end, at)}</span>
      </summary>
      {approval !== null && <Arguments input={end.input ?? approval.input} before={approval.input} />}
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
  );
}
