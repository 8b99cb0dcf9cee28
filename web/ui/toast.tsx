/** A short message at the foot of the page, with at most one thing to do about it. The newest replaces the last. */
import { useEffect } from 'react';
import { CloseIcon } from './icons.tsx';
import { createStore, useStore } from './store.ts';

export interface Toast {
  text: string;
  action?: { label: string; run: () => void };
}

const current = createStore<Toast | null>(null);

/** Long enough to read two lines and reach the button; leaving it under the pointer or in focus keeps it. */
const SHOWN_MS = 7000;

/** Shows a message. */
export const toast = (message: Toast): void => current.set(message);

/** Stands once at the end of the page. */
export function Toaster() {
  const message = useStore(current);
  useEffect(() => {
    if (!message) return;
    const hide = () => {
      if (document.querySelector('.toast:hover, .toast:focus-within')) timer = setTimeout(hide, 1000);
      else current.set(null);
    };
    let timer = setTimeout(hide, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [message]);
  return (
    <div role="status" aria-live="polite" className="toasts">
      {message && (
        <div className="toast">
          <span>{message.text}</span>
          {message.action && (
            <button
              type="button"
              className="link"
              onClick={() => {
                current.set(null);
                message.action?.run();
              }}
            >
              {message.action.label}
            </button>
          )}
          <button type="button" className="quiet" aria-label="Dismiss" onClick={() => current.set(null)}>
            <CloseIcon />
          </button>
        </div>
      )}
    </div>
  );
}
