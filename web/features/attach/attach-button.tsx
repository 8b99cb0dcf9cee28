/** The paperclip; and the other two ways to add files to a message: dropping and pasting them. */
import { useEffect, useRef, useState } from 'react';
import { overlayIsOpen } from '#web/app/overlay.tsx';
import type { AttachedStore } from '#web/features/conversation/attached.ts';
import { icon } from '#web/ui/icon.tsx';
import { takeFiles } from './take-files.ts';

const PaperclipIcon = /* @__PURE__ */ icon(
  'M19.5 11.5l-7.6 7.6a4.6 4.6 0 0 1-6.5-6.5l8-8a3.1 3.1 0 0 1 4.4 4.4l-7.9 7.9a1.5 1.5 0 0 1-2.2-2.2l7.2-7.2',
);

const brings = (data: DataTransfer | null): data is DataTransfer => data?.types.includes('Files') ?? false;

/** Files that are let fall anywhere on the page, or pasted: true while they hang over it. */
function useTaking(store: AttachedStore): boolean {
  const [over, hang] = useState(false);
  useEffect(() => {
    const ending = new AbortController();
    const { signal } = ending;
    const on = <Type extends 'dragover' | 'dragleave' | 'drop' | 'paste'>(
      type: Type,
      run: (event: DocumentEventMap[Type]) => void,
    ) => document.addEventListener(type, run, { signal });
    on('dragover', (event) => {
      if (!brings(event.dataTransfer)) return;
      // Whatever the browser would do with a file, leaving the page for it is not wanted.
      event.preventDefault();
      const free = !overlayIsOpen();
      event.dataTransfer.dropEffect = free ? 'copy' : 'none';
      hang(free);
    });
    on('dragleave', (event) => {
      if (event.relatedTarget === null) hang(false);
    });
    on('drop', (event) => {
      if (!brings(event.dataTransfer)) return;
      event.preventDefault();
      hang(false);
      if (!overlayIsOpen()) takeFiles(store, [...event.dataTransfer.files]);
    });
    on('paste', (event) => {
      const data = event.clipboardData;
      const elsewhere =
        event.target instanceof Element && event.target.matches('input, textarea:not(#composer)');
      // Words that come with a picture of themselves, as from a spreadsheet, are words.
      if (!brings(data) || data.types.includes('text/plain') || elsewhere || overlayIsOpen()) return;
      event.preventDefault();
      takeFiles(store, [...data.files]);
    });
    return () => ending.abort();
  }, [store]);
  return over;
}

export function AttachButton({ store }: { store: AttachedStore }) {
  const input = useRef<HTMLInputElement>(null);
  const over = useTaking(store);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          takeFiles(store, [...(currentTarget.files ?? [])]);
          // So that the same file can be chosen again.
          currentTarget.value = '';
        }}
      />
      <button
        type="button"
        className="quiet round"
        aria-label="Attach files"
        title="Attach files"
        onClick={() => input.current?.click()}
      >
        <PaperclipIcon />
      </button>
      {over && (
        <div className="drop" aria-hidden="true">
          <p>Drop to attach</p>
        </div>
      )}
    </>
  );
}
