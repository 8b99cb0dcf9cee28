/** A block of code: its language, a switch for wrapping, a button that copies, and the text as it is. */
import { useState } from 'react';
import { CopyButton } from '#web/ui/copy-button.tsx';

export function CodeBlock({ lang, text }: { lang: string; text: string }) {
  const [wrap, setWrap] = useState(false);
  return (
    <figure className="code">
      <figcaption>
        <span>{lang || 'text'}</span>
        <button type="button" className="quiet" aria-pressed={wrap} onClick={() => setWrap(!wrap)}>
          Wrap
        </button>
        <CopyButton text={text} label="Copy code" />
      </figcaption>
      {/* A scrolling box must be reachable by keyboard (WCAG 2.1.1). */}
      <pre tabIndex={0} data-wrap={wrap || undefined}>
        <code>{text}</code>
      </pre>
    </figure>
  );
}
