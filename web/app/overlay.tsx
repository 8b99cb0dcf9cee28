/**
 * What lies over the page: menus, dialogs, the palette. One at a time, each loaded when it is first opened, so that
 * the first page stays small. They give focus back to where it was by themselves (`<dialog>`, popover).
 */
import { lazy, Suspense } from 'react';
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import { LoadBoundary } from '#web/ui/load-boundary.tsx';
import { createStore, useStore } from '#web/ui/store.ts';

export type Overlay =
  | { name: 'palette' | 'keys' | 'sign-out' }
  | { name: 'menu'; of: ConversationSummary; anchor: HTMLElement }
  | { name: 'rename' | 'delete'; of: ConversationSummary };

const current = createStore<Overlay | null>(null);

/** Opens one; another that was open closes. */
export const openOverlay = (overlay: Overlay): void => current.set(overlay);
export const closeOverlay = (): void => current.set(null);
export const overlayIsOpen = (): boolean => current.get() !== null;

const Palette = lazy(async () => ({ default: (await import('#web/features/palette/palette.tsx')).Palette }));
const Keys = lazy(async () => ({
  default: (await import('#web/features/palette/keys-dialog.tsx')).KeysDialog,
}));
const Dialogs = lazy(async () => ({
  default: (await import('#web/features/list/conversation-dialogs.tsx')).ConversationDialogs,
}));

/** Stands once at the end of the page. */
export function Overlays() {
  const overlay = useStore(current);
  if (!overlay) return null;
  return (
    <LoadBoundary key={overlay.name}>
      <Suspense fallback={null}>
        {overlay.name === 'palette' ? (
          <Palette />
        ) : overlay.name === 'keys' ? (
          <Keys />
        ) : (
          <Dialogs overlay={overlay} />
        )}
      </Suspense>
    </LoadBoundary>
  );
}
