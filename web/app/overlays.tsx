/** All that can lie over the page: one part, loaded when the first of them is opened. */
import { ConversationDialogs } from '#web/features/list/conversation-dialogs.tsx';
import { KeysDialog } from '#web/features/palette/keys-dialog.tsx';
import { Palette } from '#web/features/palette/palette.tsx';
import type { Overlay } from './overlay.tsx';

export function OpenOverlay({ overlay }: { overlay: Overlay }) {
  switch (overlay.name) {
    case 'palette':
      return <Palette />;
    case 'keys':
      return <KeysDialog />;
    default:
      return <ConversationDialogs overlay={overlay} />;
  }
}
