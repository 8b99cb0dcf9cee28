/** The one polite live region. Screen readers hear finished sentences from here, never single tokens. */
import { createStore, useStore } from './store.ts';

const words = createStore({ text: '', turn: 0 });

/** Says something to people who listen. The same words twice are heard twice. */
export function announce(text: string): void {
  words.set({ text, turn: words.get().turn + 1 });
}

/** Stands once at the end of the page. */
export function Announcer() {
  const { text, turn } = useStore(words);
  return (
    <div className="unseen" role="status" aria-live="polite">
      {/* A new element each time: unchanged text in an old one would not be read again. */}
      <span key={turn}>{text}</span>
    </div>
  );
}
