/** Files that were added to a message and not sent yet, per person and place. Whoever adds them is `features/attach`. */
import { useMemo } from 'react';
import * as z from 'zod/mini';
import { FileRef } from '#shared/protocol/file.ts';
import { createStore, type Store } from '#web/ui/store.ts';
import { readDraft, writeDraft } from './drafts.ts';

/** One of them. `file` is set when the server has it, `fault` when it cannot be sent; `done` is between 0 and 1. */
export interface Attached {
  key: string;
  name: string;
  size: number;
  type: string;
  done: number;
  file: FileRef | null;
  fault: string | null;
  /** Its bytes, while this page has them. */
  bytes: File | null;
}

export type AttachedStore = Store<readonly Attached[]>;

/** The part of what is attached that can be sent. */
export const sendable = (items: readonly Attached[]): FileRef[] => items.flatMap(({ file }) => file ?? []);

const stores = new Map<string, AttachedStore>();

function kept(userId: string, place: string): Attached[] {
  const draft = readDraft(userId, place);
  if (!draft) return [];
  try {
    return z.parse(z.array(FileRef), JSON.parse(draft)).map((file) => ({
      ...file,
      key: file.id,
      done: 1,
      file,
      fault: null,
      bytes: null,
    }));
  } catch {
    return [];
  }
}

/** What is attached in one place: kept in this browser as the draft's words are, once it is uploaded. */
export function attachedAt(userId: string, where: string): AttachedStore {
  const place = `${where}:files`;
  const key = `${userId}:${place}`;
  const known = stores.get(key);
  if (known) return known;
  const made = createStore<readonly Attached[]>(kept(userId, place));
  made.subscribe(() => {
    const files = sendable(made.get());
    writeDraft(userId, place, files.length > 0 ? JSON.stringify(files) : '');
  });
  stores.set(key, made);
  return made;
}

/** Forgets what is attached, when somebody signs out on purpose: also what is still under way. */
export function forgetAttached(): void {
  for (const store of stores.values()) store.set([]);
  stores.clear();
}

export const useAttached = (userId: string, where: string): AttachedStore =>
  useMemo(() => attachedAt(userId, where), [userId, where]);
