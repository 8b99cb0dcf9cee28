/** The keys that work everywhere. None of them does anything while somebody types or an overlay is open. */
import { useEffect, useRef } from 'react';
import { isField } from '#web/ui/is-field.ts';
import { openOverlay, overlayIsOpen } from './overlay.tsx';
import { go } from './routes.ts';

const focusById = (id: string) => document.getElementById(id)?.focus();

/** Moves along the list of conversations, from where the focus is, or from the one that is open. */
function step(by: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>('.rows a')];
  const focused = links.findIndex((link) => link === document.activeElement);
  const from = focused < 0 ? links.findIndex((link) => link.ariaCurrent === 'page') : focused;
  const to = from < 0 ? 0 : Math.min(links.length - 1, Math.max(0, from + by));
  links[to]?.focus();
  links[to]?.scrollIntoView({ block: 'nearest' });
}

const keys: Readonly<Record<string, (event: KeyboardEvent) => void>> = {
  n: () => go('/new'),
  '/': () => focusById('search'),
  j: () => step(1),
  k: () => step(-1),
  c: () => focusById('composer'),
  '?': () => openOverlay({ name: 'keys' }),
};

/** Listens for the keys while the shell is mounted. */
export function useKeyboard(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.isComposing || event.defaultPrevented) return;
      const command = (event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey;
      if (command && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        openOverlay({ name: 'palette' });
        return;
      }
      if (isField(event.target) || overlayIsOpen() || event.metaKey || event.ctrlKey || event.altKey) return;
      // Enter belongs to whatever has the focus; only from nowhere does it lead to the composer.
      const key = event.key === 'Enter' && event.target === document.body ? 'c' : event.key.toLowerCase();
      const run = keys[key];
      if (!run || (event.repeat && key !== 'j' && key !== 'k')) return;
      event.preventDefault();
      run(event);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

/** What Escape does on this page, after menus, dialogs and fields had their turn. Null: nothing. */
export function useEscape(run: (() => void) | null): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  }, [run]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.isComposing || event.defaultPrevented || overlayIsOpen()) return;
      if (latest.current) latest.current();
      else if (isField(event.target) && event.target instanceof HTMLElement) event.target.blur();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
