/** What can be done with one conversation: the menu, renaming, deleting; and the question before signing out. */
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import { archive, remove, rename, restore } from '#web/data/conversation-actions.ts';
import { closeOverlay, openOverlay, type Overlay } from '#web/app/overlay.tsx';
import { conversationPath, go } from '#web/app/routes.ts';
import { countUnsent, leaveNow } from '#web/app/leave.ts';
import { Dialog } from '#web/ui/dialog.tsx';
import './dialogs.css';
import { ChosenConnections } from './chosen-connections.tsx';
import { titleOf } from './title.ts';

function Menu({ of, anchor }: { of: ConversationSummary; anchor: HTMLElement }) {
  const menu = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = menu.current;
    if (!element) return;
    element.showPopover();
    const at = anchor.getBoundingClientRect();
    const { width, height } = element.getBoundingClientRect();
    element.style.left = `${Math.max(8, Math.min(at.right - width, innerWidth - width - 8))}px`;
    element.style.top = `${at.bottom + height + 8 > innerHeight ? at.top - height - 4 : at.bottom + 4}px`;
    element.querySelector('button')?.focus();
    return () => anchor.focus({ preventScroll: true });
  }, [anchor]);

  const items = [
    { label: 'Rename', run: () => openOverlay({ name: 'rename', of }) },
    { label: 'What it may use', run: () => openOverlay({ name: 'connections', of }) },
    of.status === 'archived'
      ? { label: 'Restore', run: () => void restore(of) }
      : { label: 'Archive', run: () => void archive(of) },
    { label: 'Delete', danger: true, run: () => openOverlay({ name: 'delete', of }) },
  ];
  const move = (by: number) => {
    const buttons = [...(menu.current?.querySelectorAll('button') ?? [])];
    const from = buttons.findIndex((button) => button === document.activeElement);
    buttons[(from + by + buttons.length) % buttons.length]?.focus();
  };
  return (
    <div
      ref={menu}
      className="menu"
      role="menu"
      popover="auto"
      aria-label={`Actions for ${titleOf(of)}`}
      onToggle={(event) => {
        if (event.newState === 'closed') closeOverlay();
      }}
      onKeyDown={(event) => {
        const by = { ArrowDown: 1, ArrowUp: -1, Home: 0, End: 0 }[event.key];
        if (event.key === 'Tab') closeOverlay();
        if (by === undefined) return;
        event.preventDefault();
        if (by) move(by);
        else {
          const buttons = menu.current?.querySelectorAll('button');
          buttons?.[event.key === 'Home' ? 0 : buttons.length - 1]?.focus();
        }
      }}
    >
      {items.map(({ label, danger, run }) => (
        <button
          key={label}
          type="button"
          role="menuitem"
          tabIndex={-1}
          data-danger={danger}
          onClick={() => {
            closeOverlay();
            run();
          }}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

function Rename({ of }: { of: ConversationSummary }) {
  const [title, setTitle] = useState(of.title ?? '');
  const field = useId();
  return (
    <Dialog title="Rename the conversation" onClose={closeOverlay}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const next = title.trim();
          if (!next) return;
          closeOverlay();
          if (next !== of.title) void rename(of, next);
        }}
      >
        <label htmlFor={field}>Title</label>
        <input
          id={field}
          value={title}
          maxLength={200}
          autoFocus
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => setTitle(event.target.value)}
        />
        <div className="actions">
          <button type="button" onClick={closeOverlay}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={!title.trim()}>
            Rename
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Delete({ of }: { of: ConversationSummary }) {
  const [busy, setBusy] = useState(false);
  const gone = async () => {
    setBusy(true);
    const done = await remove(of.id);
    closeOverlay();
    if (done && location.pathname === conversationPath(of.id)) go('/', { replace: true });
  };
  return (
    <Dialog title="Delete this conversation" onClose={closeOverlay}>
      <p>
        “{titleOf(of)}” and everything said in it will be gone for good
        {of.working ? ', and the reply that is being written stops' : ''}.
        {of.status !== 'archived' && ' To keep it out of the way instead, archive it.'}
      </p>
      <div className="actions">
        <button type="button" autoFocus onClick={closeOverlay}>
          Keep it
        </button>
        <button type="button" className="danger" disabled={busy} onClick={() => void gone()}>
          Delete for good
        </button>
      </div>
    </Dialog>
  );
}

function SignOut() {
  const [unsent] = useState(countUnsent);
  useEffect(() => {
    if (unsent > 0) return;
    closeOverlay();
    void leaveNow();
  }, [unsent]);
  if (unsent === 0) return null;
  return (
    <Dialog title="Sign out" onClose={closeOverlay}>
      <p>
        {unsent === 1 ? 'One message was' : `${unsent} messages were`} not sent yet and will be deleted from
        this browser, with your drafts.
      </p>
      <div className="actions">
        <button type="button" autoFocus onClick={closeOverlay}>
          Stay
        </button>
        <button
          type="button"
          className="danger"
          onClick={() => {
            closeOverlay();
            void leaveNow();
          }}
        >
          Sign out and delete them
        </button>
      </div>
    </Dialog>
  );
}

export function ConversationDialogs({ overlay }: { overlay: Overlay }) {
  switch (overlay.name) {
    case 'menu':
      return <Menu key={overlay.of.id} of={overlay.of} anchor={overlay.anchor} />;
    case 'rename':
      return <Rename of={overlay.of} />;
    case 'connections':
      return <ChosenConnections of={overlay.of} />;
    case 'delete':
      return <Delete of={overlay.of} />;
    case 'sign-out':
      return <SignOut />;
    default:
      return null;
  }
}
