/** A button with words that copies a text, and says so in its own words for a moment. */
import { useEffect, useState } from 'react';
import { announce } from './announcer.tsx';
import { CheckIcon, CopyIcon } from './icons.tsx';
import { toast } from './toast.ts';

export function CopyTextButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
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
    <button type="button" onClick={() => void copy()}>
      {copied ? <CheckIcon /> : <CopyIcon />}
      {copied ? 'Copied' : label}
    </button>
  );
}
