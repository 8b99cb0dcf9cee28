/** What was said while a reply is being written: it waits for the next turn and can still be changed. */
import { useState } from 'react';
import { textOf, type TranscriptMessage } from '#shared/core/conversation/transcript.ts';
import { client } from '#web/data/app.ts';
import type { Outgoing } from '#web/data/outbox.ts';
import { complain } from '#web/data/complain.ts';
import { sentenceFor } from '#web/data/problem-sentences.ts';
import { CloseIcon, SendIcon } from '#web/ui/icons.tsx';
import './queue.css';

interface ChipProps {
  text: string;
  /** How many files go with it. */
  files: number;
  /** Why it was refused, when it was. */
  problem?: string | undefined;
  /** Absent while the server does not have the message yet. */
  onEdit?: ((text: string) => void) | undefined;
  onSendNow?: (() => void) | undefined;
  onRetry?: (() => void) | undefined;
  onDelete: () => void;
}

function Chip({ text, files, problem, onEdit, onSendNow, onRetry, onDelete }: ChipProps) {
  const [draft, setDraft] = useState<string | null>(null);
  if (draft !== null) {
    const save = () => {
      if (draft.trim() && draft.trim() !== text) onEdit?.(draft.trim());
      setDraft(null);
    };
    return (
      <li className="chip">
        <textarea
          aria-label="Change the waiting message"
          value={draft}
          rows={2}
          autoFocus
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === 'Escape') {
              event.stopPropagation();
              setDraft(null);
            } else if (event.key === 'Enter' && !event.shiftKey) {
              event.preventDefault();
              save();
            }
          }}
        />
        <button type="button" onClick={save}>
          Save
        </button>
        <button type="button" onClick={() => setDraft(null)}>
          Cancel
        </button>
      </li>
    );
  }
  return (
    <li className="chip">
      <span className="text">{text}</span>
      {files > 0 && <span className="muted">{files === 1 ? '1 file' : `${files} files`}</span>}
      {problem && <span className="danger">{problem}</span>}
      {onRetry && (
        <button type="button" className="link" onClick={onRetry}>
          Retry
        </button>
      )}
      {onEdit && (
        <button type="button" className="link" onClick={() => setDraft(text)}>
          Edit
        </button>
      )}
      {onSendNow && (
        <button
          type="button"
          className="link"
          title="Stops the reply that is being written, keeps what it has, and sends everything that waits"
          onClick={onSendNow}
        >
          <SendIcon />
          Send now
        </button>
      )}
      <button
        type="button"
        className="quiet"
        aria-label="Delete this waiting message"
        title="Delete"
        onClick={onDelete}
      >
        <CloseIcon />
      </button>
    </li>
  );
}

interface QueueProps {
  conversationId: string;
  /** A reply is being written, for which these wait. */
  running: boolean;
  waiting: ReadonlyArray<TranscriptMessage>;
  outgoing: ReadonlyArray<Outgoing>;
  onRetry: (id: string) => void;
  onDelete: (id: string) => void;
}

export function Queue({ conversationId, running, waiting, outgoing, onRetry, onDelete }: QueueProps) {
  const at = (messageId: string) => ({ params: { conversationId, messageId } });
  return (
    <section className="queue" aria-label="Waiting to be sent">
      <h2>{running ? 'Waits for the reply' : 'Not sent yet'}</h2>
      <ul>
        {waiting.map(({ id, content }) => (
          <Chip
            key={id}
            text={textOf(content)}
            files={content.filter(({ type }) => type === 'file').length}
            onEdit={(text) => void client.call('editMessage', { ...at(id), body: { text } }).catch(complain)}
            onSendNow={() =>
              void client.call('editMessage', { ...at(id), body: { sendNow: true } }).catch(complain)
            }
            onDelete={() => void client.call('dropMessage', at(id)).catch(complain)}
          />
        ))}
        {outgoing.map((message) => (
          <Chip
            key={message.id}
            text={message.text}
            files={message.files?.length ?? 0}
            problem={message.state === 'failed' ? sentenceFor(message.code ?? 'internal') : undefined}
            onRetry={message.state === 'failed' ? () => onRetry(message.id) : undefined}
            onDelete={() => onDelete(message.id)}
          />
        ))}
      </ul>
    </section>
  );
}
