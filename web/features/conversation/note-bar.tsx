/** What this conversation carries from run to run, at its top; the person may change it. */
import { type FormEvent, useState } from 'react';
import type { Note } from '#shared/protocol/note.ts';
import { useAction } from '#web/data/use-action.ts';
import { work } from '#web/data/work.ts';
import { Fault } from '#web/features/settings/section.tsx';
import { Markdown } from '#web/features/markdown/markdown.tsx';
import './by-itself.css';

interface Props {
  conversationId: string;
  note: Note | null;
  /** It is open, and can be written where there is none yet. */
  whole?: boolean;
}

function Editor({ conversationId, note, onDone }: Props & { onDone: () => void }) {
  const [text, setText] = useState(note?.text ?? '');
  const action = useAction();
  const save = (event: FormEvent) => {
    event.preventDefault();
    void action.run(async () => {
      await work.call('setNote', { params: { conversationId }, body: { text } });
      onDone();
    });
  };
  return (
    <form onSubmit={save}>
      <textarea
        rows={6}
        autoFocus
        maxLength={8_000}
        aria-label="The note"
        value={text}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          onDone();
        }}
      />
      <Fault text={action.fault} />
      <div className="actions">
        <button type="submit" className="primary" disabled={action.busy}>
          {action.busy ? 'One moment' : 'Save the note'}
        </button>
        <button type="button" onClick={onDone}>
          Cancel
        </button>
      </div>
    </form>
  );
}

/** Its beginning without marks of Markdown, which nobody reads. */
const inOneLine = (text: string): string =>
  text
    .replaceAll(/^(?:#+|[-*+>]|\d+\.) +|\*\*|`/gm, '')
    .replaceAll(/\s+/g, ' ')
    .slice(0, 140);

export function NoteBar({ conversationId, note, whole = false }: Props) {
  const [editing, edit] = useState(false);
  if (note === null && !whole) return null;
  const body = editing ? (
    <Editor conversationId={conversationId} note={note} onDone={() => edit(false)} />
  ) : (
    <>
      {note === null ? (
        <p className="muted">None yet. Claude writes it at the end of a run of its own; you may, too.</p>
      ) : (
        <Markdown text={note.text} />
      )}
      <button type="button" onClick={() => edit(true)}>
        {note === null ? 'Write one' : 'Change the note'}
      </button>
    </>
  );
  return whole ? (
    <div className="carried">{body}</div>
  ) : (
    <details className="carried bar">
      <summary>
        <b>Note</b> <span className="muted">{note && inOneLine(note.text)}</span>
      </summary>
      {body}
    </details>
  );
}
