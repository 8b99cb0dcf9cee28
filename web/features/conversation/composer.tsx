/** Where one writes. Enter sends, Shift+Enter makes a line; while words are being composed (IME) Enter is theirs. */
import { type KeyboardEvent, memo, Suspense, useId, useLayoutEffect, useRef } from 'react';
import type { Me } from '#shared/protocol/account.ts';
import type { FileRef } from '#shared/protocol/file.ts';
import { prepare } from '#web/features/conversation/rarely.ts';
import { CloseIcon, SendIcon, StopIcon } from '#web/ui/icons.tsx';
import { createStore, useStore } from '#web/ui/store.ts';
import { type Attached, type AttachedStore, sendable } from './attached.ts';
import { AttachButton, AttachedList } from './attaching.ts';
import { ModelNote } from './model-note.tsx';

/** The server's limit for one message, in UTF-16 units. */
export const MAX_LENGTH = 100_000;

export interface ComposerProps {
  text: string;
  setText: (text: string) => void;
  onSend: (text: string, files: FileRef[]) => void;
  /** Where files that go with the message are kept; without it none can. */
  attached?: AttachedStore;
  /** Set while a turn runs: stops it. */
  onStop?: (() => void) | undefined;
  placeholder: string;
  /** Put the cursor here at once, where no on-screen keyboard would jump up. */
  autoFocus?: boolean;
  /** Who answers: named in the foot. */
  model: Me['model'] | undefined;
  /** The open question that the words answer, and how to let them be an ordinary message. */
  answers?: { question: { title: string } | null; onDismiss: () => void };
}

/** Browsers without `field-sizing` need to be told how high the text is. */
const growsByItself = () => globalThis.CSS?.supports?.('field-sizing', 'content') ?? false;

const none = createStore<readonly Attached[]>([]);

export const Composer = memo((props: ComposerProps) => {
  const { text, setText, onSend, onStop, placeholder, autoFocus, model, answers, attached } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const limit = useId();
  const over = text.length - MAX_LENGTH;
  const files = useStore(attached ?? none);
  // Nobody finds out later that a file was left behind.
  const whole = files.every(({ file }) => file !== null);
  const ready = text.trim() !== '' && over <= 0 && whole;

  useLayoutEffect(() => {
    const element = field.current;
    if (!element || growsByItself()) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  });

  useLayoutEffect(() => {
    if (autoFocus && matchMedia('(hover: hover)').matches) field.current?.focus({ preventScroll: true });
  }, [autoFocus]);

  const send = () => {
    if (!ready) return;
    onSend(text.trim(), sendable(files));
    setText('');
    attached?.set([]);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // 229: Safari ends a composition before its Enter arrives, and only the old code tells.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      send();
    }
  };

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {answers?.question && (
        <p className="answers">
          <span>Answers: {answers.question.title}</span>
          <button
            type="button"
            className="quiet"
            aria-label="Write an ordinary message instead"
            onClick={answers.onDismiss}
          >
            <CloseIcon />
          </button>
        </p>
      )}
      {attached && files.length > 0 && (
        <Suspense fallback={null}>
          <AttachedList store={attached} />
        </Suspense>
      )}
      <textarea
        ref={field}
        id="composer"
        rows={1}
        value={text}
        placeholder={placeholder}
        aria-label="Message to Claude"
        aria-describedby={over > 0 ? limit : undefined}
        aria-invalid={over > 0}
        enterKeyHint="send"
        onChange={(event) => {
          if (!text) prepare();
          setText(event.target.value);
        }}
        onKeyDown={onKeyDown}
      />
      <div className="foot">
        <ModelNote model={model} />
        {over > 0 && (
          <span id={limit} className="danger" role="status">
            {over.toLocaleString()} characters too long
          </span>
        )}
        {files.length > 0 && !ready && (
          <span className="muted" role="status">
            {files.some(({ fault }) => fault !== null)
              ? 'One file cannot be sent'
              : whole
                ? 'Say what to do with it'
                : 'Uploading'}
          </span>
        )}
        {attached && (
          <Suspense fallback={<span className="round" />}>
            <AttachButton store={attached} />
          </Suspense>
        )}
        {onStop && (
          <button type="button" className="round" aria-label="Stop" title="Stop (Esc)" onClick={onStop}>
            <StopIcon />
          </button>
        )}
        {(!onStop || ready) && (
          <button
            type="submit"
            className="round primary"
            aria-label="Send"
            title="Send (Enter)"
            disabled={!ready}
          >
            <SendIcon />
          </button>
        )}
      </div>
    </form>
  );
});
