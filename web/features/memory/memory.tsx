/** Settings, memory: what Claude keeps of the person over all conversations. They read, change and delete it. */
import { useState } from 'react';
import type { Memory } from '#shared/protocol/connection.ts';
import { amend, useFresh } from '#web/data/security.ts';
import { memoryQuery, tools } from '#web/data/tools.ts';
import { useAction } from '#web/data/use-action.ts';
import { useTitles } from '#web/data/use-titles.ts';
import { AskDialog } from '#web/features/settings/ask-dialog.tsx';
import { Loading } from '#web/features/settings/section.tsx';
import { MemoryItem } from './memory-item.tsx';
import './memory.css';

/** Fewer are read faster than they are searched. */
const SEARCHED_FROM = 6;

/** Those with every word of `typed` in them, newest first. */
export function foundIn(memories: readonly Memory[], typed: string): Memory[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return memories
    .filter(({ text }) => words.every((word) => text.toLowerCase().includes(word)))
    .toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1));
}

function Everything({ count }: { count: number }) {
  const [asking, ask] = useState(false);
  const action = useAction();
  const clear = async () => {
    if (!(await action.run(() => tools.call('clearMemory')))) return;
    amend(memoryQuery, () => ({ items: [] }));
    ask(false);
  };
  return (
    <>
      <button type="button" className="more" onClick={() => ask(true)}>
        Forget everything…
      </button>
      {asking && (
        <AskDialog
          title="Forget everything"
          keep="Keep it"
          verb={count === 1 ? 'Forget it' : `Forget all ${count}`}
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

export function MemorySection() {
  const { data, error, refetch } = useFresh(memoryQuery);
  const titles = useTitles();
  const [typed, setTyped] = useState('');
  const memories = data?.items ?? [];
  const found = foundIn(memories, typed);
  return (
    <>
      <p className="muted intro">
        What Claude keeps about you for all conversations. Say “remember that …” in any of them; what it keeps
        stands here, and you can change or delete it.
      </p>
      {!data && <Loading error={error} refetch={refetch} label="memory" />}
      {data && memories.length === 0 && (
        <div className="blank">
          <p>
            <b>Nothing is kept yet</b>
          </p>
          <p className="muted">Try “remember that I like short answers”.</p>
        </div>
      )}
      {(memories.length >= SEARCHED_FROM || typed !== '') && (
        <input
          type="search"
          aria-label="Search in memory"
          placeholder="Search"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      )}
      {memories.length > 0 && found.length === 0 && <p className="muted">Nothing found for “{typed}”.</p>}
      {found.length > 0 && (
        <ul className="items plain">
          {found.map((memory) => (
            <MemoryItem
              key={memory.id}
              memory={memory}
              title={(memory.conversationId && titles.get(memory.conversationId)) || null}
            />
          ))}
        </ul>
      )}
      {memories.length > 0 && <Everything count={memories.length} />}
    </>
  );
}
