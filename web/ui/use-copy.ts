/** Copies a text, and knows for a moment that it did. */
import { useEffect, useState } from 'react';
import { announce } from './announcer.tsx';
import { toast } from './toast.ts';

const SHOWN_MS = 1_500;

/** `copied` is true for a moment after `copy` worked; when the browser refuses, people are told what to do instead. */
export function useCopy(text: string): { copied: boolean; copy: () => Promise<void> } {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
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
  return { copied, copy };
}
