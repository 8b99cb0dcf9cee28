/** A button that copies a text and says for a moment that it did. */
import { useEffect, useState } from 'react';
import { announce } from './announcer.tsx';
import { CheckIcon, CopyIcon } from './icons.tsx';
import { toast } from './toast.ts';

/** `label` is what a screen reader hears, such as "Copy code". */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      announce('Copied');
    } catch {
      toast({ text: 'The browser did not allow copying. Select the text and copy it by hand.' });
    }
  };

  return (
    <button type="button" className="quiet" aria-label={label} title={label} onClick={copy}>
      {copied ? <CheckIcon /> : <CopyIcon />}
    </button>
  );
}
