/** Takes files in: refuses what cannot be sent before anything is uploaded, uploads the rest, and says what failed. */
import { maxFileBytes } from '#shared/core/files.ts';
import { codeOf } from '#shared/client/problem-error.ts';
import { describe } from '#web/data/problem-sentences.ts';
import { tools } from '#web/data/tools.ts';
import { upload } from '#web/data/upload.ts';
import type { Attached, AttachedStore } from '#web/features/conversation/attached.ts';
import { sizeWords } from '#web/features/files/file-link.tsx';
import { announce } from '#web/ui/announcer.tsx';
import { toast } from '#web/ui/toast.ts';
import { uuidv7 } from '#web/ui/uuid.ts';

/** So many go with one message. */
export const MOST_FILES = 20;

/** Uploads that are under way, by key. */
const running = new Map<string, AbortController>();

/** Why a file cannot be sent; null when it can. */
export function faultOf({ size }: Pick<File, 'size'>): string | null {
  if (size > maxFileBytes) return `Larger than ${sizeWords(maxFileBytes)}. Remove it.`;
  return size === 0 ? 'It is empty, or a folder. Remove it.' : null;
}

/** Why an upload failed; what can be done about it stands beside it. */
export function whyNot(error: unknown): string {
  switch (codeOf(error)) {
    case 'too_large':
      return `Larger than ${sizeWords(maxFileBytes)}. Remove it.`;
    case 'limit_reached':
      return 'There is no room for more files. Delete some under Settings, Files.';
    case 'offline':
      return 'Not uploaded: there is no connection.';
    default:
      return describe(error);
  }
}

const change = (store: AttachedStore, key: string, part: Partial<Attached>) =>
  store.set(store.get().map((item) => (item.key === key ? { ...item, ...part } : item)));

/** Uploads one that is in the list, for the first time or again. */
export async function start(store: AttachedStore, { key, name, bytes }: Attached): Promise<void> {
  if (bytes === null || running.has(key)) return;
  const controller = new AbortController();
  running.set(key, controller);
  change(store, key, { fault: null, done: 0 });
  try {
    const onProgress = (done: number) => change(store, key, { done });
    const file = await upload({ file: bytes, onProgress, signal: controller.signal });
    if (!store.get().some((item) => item.key === key)) return void discard(file.id);
    change(store, key, { file, name: file.name, done: 1 });
    announce(`${name} is attached`);
  } catch (error) {
    if (controller.signal.aborted) return;
    const fault = whyNot(error);
    change(store, key, { fault });
    announce(`${name}: ${fault}`);
  } finally {
    running.delete(key);
  }
}

/** Nobody sent it: its bytes need not stay. A failure leaves it under Settings, Files. */
const discard = (fileId: string) => tools.call('removeFile', { params: { fileId } }).catch(() => undefined);

/** Takes one away again; what is under way stops. */
export function drop(store: AttachedStore, { key, file }: Attached): void {
  store.set(store.get().filter((item) => item.key !== key));
  running.get(key)?.abort();
  if (file !== null) void discard(file.id);
}

/** Adds files and uploads them, so many as one message takes. */
export function takeFiles(store: AttachedStore, files: readonly File[]): void {
  const room = Math.max(0, MOST_FILES - store.get().length);
  const added = files.slice(0, room).map((bytes): Attached => {
    const { name, size, type } = bytes;
    return { key: uuidv7(), name, size, type, done: 0, file: null, fault: faultOf(bytes), bytes };
  });
  const over = files.length - added.length;
  if (over > 0)
    toast({
      text: `One message takes ${MOST_FILES} files. ${over === 1 ? 'One was' : `${over} were`} left out.`,
    });
  store.set([...store.get(), ...added]);
  const refused = added.filter(({ fault }) => fault !== null);
  if (refused.length > 0) announce(refused.map(({ name, fault }) => `${name}: ${fault}`).join(' '));
  for (const item of added) if (item.fault === null) void start(store, item);
}
