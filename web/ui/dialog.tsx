/** A modal dialog on the browser's own element: it keeps the focus inside, closes with Escape, and gives focus back. */
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import './dialog.css';

interface DialogProps {
  title: string;
  /** The title is there for screen readers only. */
  plain?: boolean;
  /** It shows what is shown once: neither Escape nor a click beside it may take that away. */
  firm?: boolean;
  className?: string;
  onClose: () => void;
  children: ReactNode;
}

export function Dialog({
  title,
  plain = false,
  firm = false,
  className = '',
  onClose,
  children,
}: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const label = useId();
  useLayoutEffect(() => {
    const element = dialog.current;
    if (!element) return;
    const before = document.activeElement;
    element.showModal();
    return () => {
      element.close();
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className={className}
      aria-labelledby={label}
      onCancel={(event) => {
        event.preventDefault();
        if (!firm) onClose();
      }}
      onClose={(event) => {
        // Some browsers close it at the second Escape, whatever the page says. Our own closing is already done.
        if (!event.currentTarget.open) onClose();
      }}
      onKeyDown={(event) => {
        // The page's own Escape must not act on what lies under the dialog.
        if (event.key === 'Escape') event.stopPropagation();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget && !firm) onClose();
      }}
    >
      <div className="inside">
        <h2 id={label} className={plain ? 'unseen' : undefined}>
          {title}
        </h2>
        {children}
      </div>
    </dialog>
  );
}
