/** Draws the message at the foot of the page, and lets it go after a while. */
import { useEffect } from 'react';
import { CloseIcon } from './icons.tsx';
import { type Toast, toasts } from './toast.ts';
import './toaster.css';

/** Long enough to read two lines and reach the button; the pointer or the focus on it keeps it. */
const SHOWN_MS = 7000;

export function Toaster({ message }: { message: Toast }) {
  useEffect(() => {
    const hide = () => {
      if (document.querySelector('.toast:hover, .toast:focus-within')) timer = setTimeout(hide, 1000);
      else if (toasts.get() === message) toasts.set(null);
    };
    let timer = setTimeout(hide, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [message]);
  return (
    <section className="toasts" aria-label="Message">
      <div className="toast">
        <span>{message.text}</span>
        {message.action && (
          <button
            type="button"
            className="link"
            onClick={() => {
              toasts.set(null);
              message.action?.run();
            }}
          >
            {message.action.label}
          </button>
        )}
        <button type="button" className="quiet" aria-label="Dismiss" onClick={() => toasts.set(null)}>
          <CloseIcon />
        </button>
      </div>
    </section>
  );
}
