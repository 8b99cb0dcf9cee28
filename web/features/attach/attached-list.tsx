/** What will go with the message: each file with its size, how far it is, and a way to take it away again. */
import { useStore } from '#web/ui/store.ts';
import type { Attached, AttachedStore } from '#web/features/conversation/attached.ts';
import { fetchFile } from '#web/data/files.ts';
import { sizeWords } from '#web/features/files/file-link.tsx';
import { CloseIcon } from '#web/ui/icons.tsx';
import { Picture } from './picture.tsx';
import { isPicture } from './sent-files.tsx';
import { drop, start } from './take-files.ts';

/** Larger ones are not decoded for a stamp. */
const PREVIEWED_BYTES = 12 * 1024 * 1024;

function Standing({ item }: { item: Attached }) {
  const { name, size, file, fault, done } = item;
  if (fault !== null) return <span className="danger">{fault}</span>;
  if (file !== null) return <span className="muted">{sizeWords(size)}</span>;
  return (
    <span className="muted">
      <progress value={done} aria-label={`Uploading ${name}`} /> {Math.floor(done * 100)} % of{' '}
      {sizeWords(size)}
    </span>
  );
}

/** Where the focus goes when the button that had it is gone: to the next file, or back to the words. */
function refocus(list: Element | null, at: number): void {
  requestAnimationFrame(() => {
    const buttons = list?.querySelectorAll<HTMLElement>('li button.quiet') ?? [];
    (buttons[Math.min(at, buttons.length - 1)] ?? document.getElementById('composer'))?.focus();
  });
}

export function AttachedList({ store }: { store: AttachedStore }) {
  const items = useStore(store);
  return (
    <ul className="attached" aria-label="Attached files">
      {items.map((item, at) => {
        const { key, name, type, size, file, fault, bytes } = item;
        const shown = isPicture(type) && size <= PREVIEWED_BYTES && fault === null;
        const source = () => (bytes === null ? fetchFile(file?.id ?? '') : Promise.resolve(bytes));
        return (
          <li key={key} data-failed={fault !== null}>
            {shown && <Picture bytes={source} side={40} label="" />}
            <span className="what">
              <b title={name}>{name}</b>
              <Standing item={item} />
            </span>
            {fault !== null && bytes !== null && !/Remove it/.test(fault) && (
              <button
                type="button"
                className="link"
                aria-label={`Upload ${name} again`}
                onClick={() => void start(store, item)}
              >
                Try again
              </button>
            )}
            <button
              type="button"
              className="quiet"
              aria-label={`Remove ${name}`}
              title="Remove"
              onClick={({ currentTarget }) => {
                refocus(currentTarget.closest('ul'), at);
                drop(store, item);
              }}
            >
              <CloseIcon />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
