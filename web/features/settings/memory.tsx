/** Settings, memory: what Claude keeps of the person over all conversations. They read, change and delete it. */
import { type FormEvent, useState } from 'react';
import type { Memory } from '#shared/protocol/connection.ts';
import { conversationPath } from '#web/app/routes.ts';
import { useUser } from '#web/app/signed-in.ts';
import { amend, useFresh } from '#web/data/security.ts';
import { memoryQuery, tools } from '#web/data/tools.ts';
import { useAction } from '#web/data/use-action.ts';
import { Link } from '#web/ui/link.tsx';
import { toast } from '#web/ui/toast.ts';
import { useNow } from '#web/ui/use-now.ts';
import { AskDialog } from './ask-dialog.tsx';
import { Fault, Loading } from './section.tsx';
import { dateWords } from './when.ts';

function Item({ memory }: { memory: Memory }) {
  const { timezone } = useUser();
  const now = useNow();
  const action = useAction();
  const [text, setText] = useState<string | null>(null);
  const params = { memoryId: memory.id };
  const save = (event: FormEvent) => {
    event.preventDefault();
    void action.run(async () => {
      const changed = await tools.call('updateMemory', { params, body: { text: text ?? '' } });
      amend(memoryQuery, ({ items }) => ({
        items: items.map((each) => (each.id === memory.id ? changed.memory : each)),
      }));
      setText(null);
    });
  };
  const forget = async () => {
    if (!(await action.run(() => tools.call('removeMemory', { params })))) return;
    amend(memoryQuery, ({ items }) => ({ items: items.filter(({ id }) => id !== memory.id) }));
    toast({ text: 'Forgotten.' });
  };
  return (
    <li>
      <div>
        {text === null ? (
          <p>
            {memory.text} {memory.outside && <span className="tag">from outside</span>}
          </p>
        ) : (
          <form onSubmit={save}>
            <textarea
              rows={3}
              value={text}
              maxLength={2_000}
              autoFocus
              aria-label="What Claude remembers"
              onChange={(event) => setText(event.target.value)}
            />
            <button type="submit" className="primary" disabled={action.busy || !text.trim()}>
              Keep this
            </button>{' '}
            <button type="button" onClick={() => setText(null)}>
              Cancel
            </button>
          </form>
        )}
        <p className="muted">
          {dateWords(memory.updatedAt, timezone, now)}
          {memory.conversationId && (
            <>
              {' · '}
              <Link href={conversationPath(memory.conversationId)}>where it came from</Link>
            </>
          )}
        </p>
        <Fault text={action.fault} />
      </div>
      {text === null && (
        <div className="verbs">
          <button type="button" onClick={() => setText(memory.text)}>
            Change
          </button>
          <button type="button" disabled={action.busy} onClick={() => void forget()}>
            Forget
          </button>
        </div>
      )}
    </li>
  );
}

export function MemorySection() {
  const { data, error, refetch } = useFresh(memoryQuery);
  const [asking, ask] = useState(false);
  const action = useAction();
  const clear = async () => {
    if (!(await action.run(() => tools.call('clearMemory')))) return;
    amend(memoryQuery, () => ({ items: [] }));
    ask(false);
  };
  return (
    <>
      <p className="muted intro">
        What Claude keeps about you for all conversations. Say “remember that …” in any of them; what it keeps
        stands here, and you can change or delete it.
      </p>
      {!data ? (
        <Loading error={error} refetch={refetch} label="memory" />
      ) : data.items.length === 0 ? (
        <div className="blank">
          <p>
            <b>Nothing is kept yet</b>
          </p>
          <p className="muted">Try “remember that I like short answers”.</p>
        </div>
      ) : (
        <>
          <ul className="items">
            {data.items.map((memory) => (
              <Item key={memory.id} memory={memory} />
            ))}
          </ul>
          <button type="button" onClick={() => ask(true)}>
            Forget everything…
          </button>
        </>
      )}
      {asking && (
        <AskDialog
          title="Forget everything"
          keep="Keep it"
          verb="Forget everything"
          action={action}
          onVerb={() => void clear()}
          onClose={() => ask(false)}
        >
          <p>
            Claude then knows nothing of you but what stands in each conversation. It cannot be brought back.
          </p>
        </AskDialog>
      )}
    </>
  );
}
