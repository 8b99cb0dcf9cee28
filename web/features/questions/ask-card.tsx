/** A question of Claude's, or of a server in the middle of a call: one to four fields. */
import { type FormEvent, useId, useState } from 'react';
import type { FieldAnswer, Question, QuestionField } from '#shared/protocol/question.ts';
import { useAction } from '#web/data/use-action.ts';
import { decide, lateWords } from './decide.ts';
import { Expiry } from './expiry.tsx';

type Answers = Readonly<Record<string, FieldAnswer>>;

interface FieldProps {
  field: QuestionField;
  value: FieldAnswer | undefined;
  set: (value: FieldAnswer) => void;
  /** The label stands in the card's head already. */
  alone: boolean;
}

const listOf = (value: FieldAnswer | undefined): string[] =>
  Array.isArray(value) ? value : typeof value === 'string' && value !== '' ? [value] : [];

function Choice({ field, value, set }: FieldProps) {
  const name = useId();
  const chosen = listOf(value);
  const known = new Set(field.options.map(({ label }) => label));
  const own = chosen.find((each) => !known.has(each)) ?? '';
  const toggle = (label: string, on: boolean) => {
    if (!field.multiple) return set(label);
    set(on ? [...chosen, label] : chosen.filter((each) => each !== label));
  };
  const setOwn = (text: string) => {
    const rest = field.multiple ? chosen.filter((each) => known.has(each)) : [];
    set(field.multiple ? [...rest, ...(text === '' ? [] : [text])] : text);
  };
  return (
    <>
      {field.options.map(({ label, description }) => (
        <label key={label} className="option">
          <input
            type={field.multiple ? 'checkbox' : 'radio'}
            name={name}
            checked={chosen.includes(label)}
            onChange={(event) => toggle(label, event.target.checked)}
          />
          <span>
            {label}
            {description && <small className="muted">{description}</small>}
          </span>
        </label>
      ))}
      <input
        type="text"
        value={own}
        placeholder="Something else, in your words"
        aria-label={`${field.label}: something else`}
        onChange={(event) => setOwn(event.target.value)}
      />
    </>
  );
}

function Field(props: FieldProps) {
  const { field, value, set, alone } = props;
  const label = useId();
  return (
    <fieldset aria-labelledby={label}>
      <legend id={label} className={alone ? 'unseen' : undefined}>
        {field.label}
      </legend>
      {field.kind === 'choice' && <Choice {...props} />}
      {field.kind === 'confirmation' &&
        (['Yes', 'No'] as const).map((word) => (
          <label key={word} className="option">
            <input
              type="radio"
              name={`${label}-${field.id}`}
              checked={value === (word === 'Yes')}
              onChange={() => set(word === 'Yes')}
            />
            <span>{word}</span>
          </label>
        ))}
      {field.kind === 'text' && (
        <textarea
          rows={2}
          value={typeof value === 'string' ? value : ''}
          aria-label={field.label}
          onChange={(event) => set(event.target.value)}
        />
      )}
    </fieldset>
  );
}

const isGiven = (value: FieldAnswer | undefined): boolean =>
  typeof value === 'boolean' || listOf(value).some((each) => each.trim() !== '');

interface Props {
  conversationId: string;
  question: Question;
  now: number;
}

export function AskCard({ conversationId, question, now }: Props) {
  const { fields, from, title, url } = question;
  const [answers, setAnswers] = useState<Answers>({});
  const action = useAction(lateWords);
  const head = useId();
  const alone = fields.length === 1;
  const ready = fields.some(({ id }) => isGiven(answers[id]));
  const send = (event: FormEvent) => {
    event.preventDefault();
    void action.run(() => decide(conversationId, question.id, { answers: { ...answers } }));
  };
  const yesNo = alone && fields[0]?.kind === 'confirmation';
  const say = (yes: boolean) =>
    void action.run(() => decide(conversationId, question.id, { decision: yes ? 'approve' : 'reject' }));
  return (
    <form className="card" aria-labelledby={head} onSubmit={send}>
      <header>
        <p className="muted">
          {from === null ? 'Claude asks' : `${from.name} asks, through Claude. Type no passwords here.`}
        </p>
        <h3 id={head}>{alone ? (fields[0]?.label ?? title) : from === null ? 'A few questions' : title}</h3>
      </header>
      {url !== null && (
        <p>
          It wants you to open <code>{url}</code>
        </p>
      )}
      {!yesNo &&
        fields.map((field) => (
          <Field
            key={field.id}
            field={field}
            value={answers[field.id]}
            set={(value) => setAnswers({ ...answers, [field.id]: value })}
            alone={alone}
          />
        ))}
      {action.fault && (
        <p className="danger" role="alert">
          {action.fault}
        </p>
      )}
      <footer>
        {yesNo ? (
          <>
            <button type="button" className="primary" disabled={action.busy} onClick={() => say(true)}>
              Yes
            </button>
            <button type="button" disabled={action.busy} onClick={() => say(false)}>
              No
            </button>
          </>
        ) : (
          <button type="submit" className="primary" disabled={action.busy || !ready}>
            {action.busy ? 'Sending' : alone ? 'Answer' : 'Send answers'}
          </button>
        )}
        {from !== null && !yesNo && (
          <button type="button" disabled={action.busy} onClick={() => say(false)}>
            Don’t answer
          </button>
        )}
        <Expiry at={question.expiresAt} now={now} />
      </footer>
    </form>
  );
}
