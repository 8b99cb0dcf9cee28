/** A short message at the foot of the page, with at most one thing to do about it. The newest replaces the last. */
import { announce } from './announcer.tsx';
import { createStore } from './store.ts';

export interface Toast {
  text: string;
  action?: { label: string; run: () => void };
}

/** What is shown now; `toaster.tsx` draws it, and is loaded with the first one. */
export const toasts = createStore<Toast | null>(null);

/** Shows a message, and says it to those who listen. */
export function toast(message: Toast): void {
  toasts.set(message);
  announce(message.text);
}
