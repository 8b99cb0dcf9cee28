/** Unsent text, per person and conversation, kept in this browser: a reload or a lost session costs no words. */
import { useCallback, useState } from 'react';

const keyOf = (userId: string, where: string) => `draft:${userId}:${where}`;

export function readDraft(userId: string, where: string): string {
  try {
    return localStorage.getItem(keyOf(userId, where)) ?? '';
  } catch {
    return '';
  }
}

export function writeDraft(userId: string, where: string, text: string): void {
  try {
    if (text) localStorage.setItem(keyOf(userId, where), text);
    else localStorage.removeItem(keyOf(userId, where));
  } catch {
    // Storage is full or forbidden: the text stays in the field, it only cannot survive a reload.
  }
}

/** Forgets all drafts of one person, when they sign out on purpose. */
export function clearDrafts(userId: string): void {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(keyOf(userId, ''))) localStorage.removeItem(key);
  }
}

/** The draft of one place as state. Give the component a `key` of the same place. */
export function useDraft(userId: string, where: string): [string, (text: string) => void] {
  const [text, setText] = useState(() => readDraft(userId, where));
  const write = useCallback(
    (next: string) => {
      setText(next);
      writeDraft(userId, where, next);
    },
    [userId, where],
  );
  return [text, write];
}
