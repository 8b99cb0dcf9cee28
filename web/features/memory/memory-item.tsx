/** One thing that Claude keeps: changed in place, forgotten with a moment to take it back. */
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { Memory } from '#shared/protocol/connection.ts';
import { conversationPath } from '#web/app/routes.ts';
import { useUser } from '#web/app/signed-in.ts';
import { forgetSoon, going, takeBack } from '#web/data/memory.ts';
import { amend } from '#web/data/security.ts';
import { memoryQuery, tools } from '#web/data/tools.ts';
import { useAction } from '#web/data/use-action.ts';
import { Fault } from '#web/features/settings/section.tsx';
import { agoWords } from '#web/features/settings/when.ts';
import { Link } from '#web/ui/link.tsx';
import { useStore } from '#web/ui/store.ts';
import { fullTime } from '#web/ui/time.ts';
import { useNow } from '#web/ui/use-now.ts';

function Edit({ memory, onDone }: { memory: Memory; onDone: () => void }) {
  const [text, setText] = useState(memory.text);
  const action = useAction();
  const save = (event: FormEvent) => {
    event.preventDefault();
    void action.run(async () => {
      const body = { text: text.trim() };
      const changed = await tools.call('updateMemory', { params: { memoryId: memory.id }, body });
      amend(memoryQuery, ({ items }) => ({
        items: items.map((each) => (each.id === memory.id ? changed.memory : each)),
      }));
      onDone();
    });
  };
  return (
    <form onSubmit={save}>
      <textarea
        rows={3}
        value={text}
        maxLength={2_000}
        autoFocus
        aria-label="What Claude remembers"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          onDone();
        }}
      />
      <Fault text={action.fault} />
      <div className="actions">
        <button type="submit" className="primary" disabled={action.busy || !text.trim()}>
          {action.busy ? 'One moment' : 'Keep this'}
        </button>
        <button type="button" onClick={onDone}>
          Cancel
        </button>
      </div>
    </form>
  );
}

/** In the place of what goes, so that it can be taken back where it was. */
function Going({ text, onBack }: { text: string; onBack: () => void }) {
  const undo = useRef<HTMLButtonElement>(null);
  // The focus was on the button that has just gone.
  useEffect(() => undo.current?.focus(), []);
  return (
    <li className="going">
      <p role="status">
        Forgetting <s>{text}</s>
      </p>
      <div className="verbs">
        <button type="button" ref={undo} onClick={onBack}>
          Undo
        </button>
      </div>
    </li>
  );
}

/** `title` is what the conversation it came from is called; null when that is not known here. */
export function MemoryItem({ memory, title }: { memory: Memory; title: string | null }) {
  const { timezone } = useUser();
  const now = useNow();
  const [editing, edit] = useState(false);
  const { id, text, outside, conversationId, updatedAt } = memory;
  if (useStore(going).has(id)) return <Going text={text} onBack={() => takeBack(id)} />;
  return (
    <li>
      <div>
        {editing ? (
          <Edit memory={memory} onDone={() => edit(false)} />
        ) : (
          <p className="kept">
            {text}
            {outside && (
              <span className="tag" title="Claude had read text from outside when it kept this">
                from outside
              </span>
            )}
          </p>
        )}
        <p className="muted">
          <time dateTime={updatedAt} title={fullTime(updatedAt, timezone)}>
            {agoWords(updatedAt, timezone, now)}
          </time>
          {conversationId && (
            <>
              {' · from '}
              <Link href={conversationPath(conversationId)}>{title ?? 'a conversation'}</Link>
            </>
          )}
        </p>
      </div>
      {!editing && (
        <div className="verbs">
          <button type="button" onClick={() => edit(true)}>
            Change
          </button>
          <button type="button" onClick={() => forgetSoon(id)}>
            Forget
          </button>
        </div>
      )}
    </li>
  );
}
