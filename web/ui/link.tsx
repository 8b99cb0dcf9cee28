/** A link inside the app: a real address (new tab, copy, history), followed without loading the app anew. */
import type { AnchorHTMLAttributes } from 'react';
import { go } from '#web/app/routes.ts';

export function Link({ href, onClick, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  return (
    <a
      {...rest}
      href={href}
      onClick={(event) => {
        onClick?.(event);
        const elsewhere =
          event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0;
        if (event.defaultPrevented || elsewhere) return;
        event.preventDefault();
        go(href);
      }}
    />
  );
}
