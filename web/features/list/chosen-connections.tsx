/** Which connections one conversation may use: all, also those made later, or some. */
import { useEffect, useId, useRef, useState } from 'react';
import type { Connection } from '#shared/protocol/connection.ts';
import type { Conversation, ConversationSummary } from '#shared/protocol/conversation.ts';
import { closeOverlay } from '#web/app/overlay.tsx';
import { chooseConnections, readNow } from '#web/data/chosen-connections.ts';
import { describe } from '#web/data/problem-sentences.ts';
import { useFresh } from '#web/data/security.ts';
import { connectionsQuery } from '#web/data/tools.ts';
import { useAction } from '#web/data/use-action.ts';
import { stateWords, toolsWords } from '#web/features/connections/connection-words.ts';
import { Dialog } from '#web/ui/dialog.tsx';
import { Link } from '#web/ui/link.tsx';
import './chosen-connections.css';

interface SwitchProps {
  label: string;
  line: string;
  on: boolean;
  onToggle: () => void;
}

function Switch({ label, line, on, onToggle }: SwitchProps) {
  const [name, about] = [useId(), useId()];
  return (
    <li>
      <label htmlFor={name}>
        <b>{label}</b>
        <span id={about} className="muted">
          {line}
        </span>
      </label>
      <input
        id={name}
        type="checkbox"
        role="switch"
        checked={on}
        aria-label={label}
        aria-describedby={about}
        onChange={onToggle}
      />
    </li>
  );
}

/** What it comes to, in one sentence. */
export function meaning(chosen: readonly string[] | null, count: number): string {
  if (chosen === null) return 'It may use everything you have connected, and what you connect later.';
  if (chosen.length === 0) return 'It may use none of your connections, only Claude’s own tools.';
  return `It may use ${chosen.length} of your ${count} connections, and none that you connect later.`;
}

/** What is chosen: shown at once, sent in order, and taken back when it could not be kept. */
function useChoice({ id, connections }: Conversation) {
  const [chosen, show] = useState(connections);
  const [fault, setFault] = useState<string | null>(null);
  const last = useRef({ kept: connections, sent: 0, queue: Promise.resolve() });
  const choose = (next: string[] | null) => {
    show(next);
    setFault(null);
    const state = last.current;
    const mine = ++state.sent;
    const send = async (before: Promise<void>) => {
      await before;
      try {
        state.kept = (await chooseConnections(id, next)).connections;
      } catch (error) {
        setFault(describe(error));
      }
      // Whoever has pressed again meanwhile sees what they pressed.
      if (mine === state.sent) show(state.kept);
    };
    state.queue = send(state.queue);
  };
  return { chosen, choose, fault };
}

function Choice({ conversation, items }: { conversation: Conversation; items: readonly Connection[] }) {
  const { chosen, choose, fault } = useChoice(conversation);
  const known = items.map(({ id }) => id);
  // Connections that were ended are no part of a choice any more.
  const on = chosen === null ? known : known.filter((id) => chosen.includes(id));
  return (
    <>
      <p role="status">{meaning(chosen === null ? null : on, items.length)}</p>
      <ul className="switches">
        <Switch
          label="All connections"
          line="Also those you add later"
          on={chosen === null}
          onToggle={() => choose(chosen === null ? known : null)}
        />
        {items.map(({ id, name, status, tools }) => (
          <Switch
            key={id}
            label={name}
            line={`${stateWords[status].word} · ${toolsWords(tools.length)}`}
            on={on.includes(id)}
            onToggle={() => choose(on.includes(id) ? on.filter((each) => each !== id) : [...on, id])}
          />
        ))}
      </ul>
      {fault !== null && (
        <p className="danger" role="alert">
          {fault}
        </p>
      )}
    </>
  );
}

export function ChosenConnections({ of }: { of: ConversationSummary }) {
  const [conversation, read] = useState<Conversation | null>(null);
  const reading = useAction();
  const connections = useFresh(connectionsQuery);
  // As it is now: it may have been chosen on another device, and nothing tells of that.
  const ask = () => reading.run(async () => read(await readNow(of.id)));
  useEffect(() => {
    void ask();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- asked once
  }, []);
  const fault = reading.fault ?? (connections.error && describe(connections.error));
  const items = connections.data?.items;
  return (
    <Dialog title="What this conversation may use" onClose={closeOverlay}>
      {conversation && items && items.length > 0 && <Choice conversation={conversation} items={items} />}
      {items?.length === 0 && <p>You have no connections yet. What you connect, it may use.</p>}
      {(!conversation || !items) &&
        (fault ? (
          <p className="danger" role="alert">
            {fault}{' '}
            <button
              type="button"
              className="link"
              onClick={() => {
                void ask();
                connections.refetch();
              }}
            >
              Try again
            </button>
          </p>
        ) : (
          <div className="skeleton" role="status" aria-label="Loading" />
        ))}
      <p className="muted note">
        Claude’s own tools (asking you, the time, memory, files, records) are there in every conversation.
        What each tool may do, and turning one off everywhere, is under{' '}
        <Link href="/connections" onClick={closeOverlay}>
          Connections
        </Link>
        .
      </p>
      <div className="actions">
        <button type="button" onClick={closeOverlay}>
          Done
        </button>
      </div>
    </Dialog>
  );
}
