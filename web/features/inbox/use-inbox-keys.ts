/** The keys of the inbox: J and K from one thing to the next, A to what says yes. Enter opens by itself. */
import { type RefObject, useEffect, useRef } from 'react';
import { overlayIsOpen } from '#web/app/overlay.tsx';
import { isField } from '#web/ui/is-field.ts';

const rowsOf = (list: HTMLElement | null) => [...(list?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];

/** The row that the focus is in or on; -1 when it is elsewhere. */
const rowInUse = (rows: readonly HTMLElement[]) =>
  rows.findIndex((row) => row.closest('li')?.contains(document.activeElement));

/** `approve` is told which question: pressing A says nothing yet, it only brings the hand to the button that does. */
export function useInboxKeys(
  list: RefObject<HTMLElement | null>,
  approve: (questionId: string) => void,
): void {
  const latest = useRef(approve);
  useEffect(() => {
    latest.current = approve;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.isComposing || isField(event.target) || overlayIsOpen()) return;
      if (event.metaKey || event.ctrlKey || event.altKey) return;
      const rows = rowsOf(list.current);
      const at = rowInUse(rows);
      const key = event.key.toLowerCase();
      if (key === 'j' || key === 'k') {
        const to = at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + (key === 'j' ? 1 : -1)));
        event.preventDefault();
        rows[to]?.focus();
        rows[to]?.scrollIntoView({ block: 'nearest' });
      }
      if (key !== 'a' || event.repeat) return;
      const row = rows[at] ?? rows.find(({ dataset }) => dataset['approval'] !== undefined);
      const asked = row?.dataset['approval'];
      if (asked === undefined) return;
      event.preventDefault();
      latest.current(asked);
    };
    // Before the keys that work everywhere: J and K would move in the list of conversations, which is not seen here.
    document.addEventListener('keydown', onKey, true);
    return () => document.removeEventListener('keydown', onKey, true);
  }, [list]);
}
