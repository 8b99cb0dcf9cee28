/**
 * What lies over the page: menus, dialogs, the palette. One at a time, loaded when the first of
 * them is opened. They give focus back to where it was by themselves (`<dialog>`, popover).
 */
import { Suspense } from 'react';
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import { later } from '#web/ui/later.ts';
import { LoadBoundary } from '#web/ui/load-boundary.tsx';
import { createStore, useStore } from '#web/ui/store.ts';

export type Overlay =
  | { name: 'palette' | 'keys' | 'sign-out' }
  | { name: 'menu'; of: ConversationSummary; anchor: HTMLElement }
  | { name: 'rename' | 'delete' | 'connections'; of: ConversationSummary };

const current = createStore<Overlay | null>(null);

/** Opens one; another that was open closes. */
export const openOverlay = (overlay: Overlay): void => current.set(overlay);
export const closeOverlay = (): void => current.set(null);
export const overlayIsOpen = (): boolean =>
  current.get() !== null || document.querySelector('dialog[open]') !== null;

const OpenOverlay = later(
  () => import('./overlays.tsx'),
  (module) => module.OpenOverlay,
);

/** Stands once at the end of the page. */
export function Overlays() {
  const overlay = useStore(current);
  if (!overlay) return null;
  return (
    <LoadBoundary key={overlay.name}>
      <Suspense fallback={null}>
        <OpenOverlay overlay={overlay} />
      </Suspense>
    </LoadBoundary>
  );
}
