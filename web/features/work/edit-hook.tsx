/** The editor of a webhook that Claude proposes, on its card. */
import { type FormEvent, useState } from 'react';
import type { WebhookCondition } from '#shared/protocol/webhook.ts';
import { tidied } from './conditions.tsx';
import { type HookDraft, WebhookFields } from './webhook-fields.tsx';
import './work.css';

type Input = Readonly<Record<string, unknown>>;

interface Props {
  input: Input;
  onDone: (input: Record<string, unknown>) => void;
  onBack: () => void;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Its arguments were checked before they were shown. */
const draftOf = (input: Input): HookDraft => ({
  name: text(input['name']),
  scheme: (input['scheme'] as HookDraft['scheme'] | undefined) ?? 'github',
  instruction: text(input['instruction']),
  whileBusy: (input['whileBusy'] as HookDraft['whileBusy'] | null | undefined) ?? 'merge',
  conditions: Array.isArray(input['filter']) ? (input['filter'] as WebhookCondition[]) : [],
});

export function EditHook({ input, onDone, onBack }: Props) {
  const [draft, setDraft] = useState(() => draftOf(input));
  const { name, scheme, instruction, whileBusy, conditions } = draft;
  const done = (event: FormEvent) => {
    event.preventDefault();
    const { filter: _before, ...rest } = input;
    const filter = tidied(conditions);
    onDone({ ...rest, name, scheme, instruction, whileBusy, ...(filter === null ? {} : { filter }) });
  };
  return (
    <div className="work-dialog">
      <form className="edit" onSubmit={done}>
        <WebhookFields draft={draft} change={(part) => setDraft({ ...draft, ...part })} isNew />
        <footer>
          <button type="submit" className="primary" disabled={!name.trim() || !instruction.trim()}>
            Use these
          </button>
          <button type="button" onClick={onBack}>
            Back
          </button>
        </footer>
      </form>
    </div>
  );
}
