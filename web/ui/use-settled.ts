/** What was typed, once the typing pauses: what a search asks for. */
import { useEffect, useState } from 'react';

/** Typing pauses this long before anybody is asked. */
const SEARCH_PAUSE_MS = 200;

/** The trimmed text after a pause; at once when it was emptied. */
export function useSettled(value: string): string {
  const [settled, settle] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => settle(value.trim()), value ? SEARCH_PAUSE_MS : 0);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
