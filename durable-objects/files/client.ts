/**
 * The bytes of files in R2, by owner and file: written before anything names them. Not by their hash: bytes that two
 * files share could be removed with one while the other is being added.
 */
import { createHash } from 'node:crypto';

const keyOf = (ownerId: string, fileId: string): string => `${ownerId}/${fileId}`;

/** Keeps the bytes of a file. Answers their SHA-256 in hexadecimal. */
export async function putBlob(env: Env, ownerId: string, fileId: string, bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256').update(bytes).digest('hex');
  await env.FILES.put(keyOf(ownerId, fileId), bytes);
  return hash;
}

/** Bytes of a long text that are held at once. */
const pieceBytes = 64 * 1024;

/** A text as UTF-8 in pieces that all lie in the same buffer: a piece is good until the next one is asked for. */
function* utf8(text: string): Generator<Uint8Array> {
  const buffer = new Uint8Array(pieceBytes);
  const encoder = new TextEncoder();
  // At most three bytes a unit, so that a slice always fits; it must not end in the middle of a pair.
  const most = Math.floor(pieceBytes / 3);
  for (let at = 0; at < text.length;) {
    let end = Math.min(at + most, text.length);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd8_00 && last <= 0xdb_ff) end -= 1;
    const { written } = encoder.encodeInto(text.slice(at, end), buffer);
    yield buffer.subarray(0, written);
    at = end;
  }
}

/** Keeps a text as `putBlob` would, without ever holding its bytes as a whole. Answers how many they are as well. */
export async function putText(
  env: Env,
  ownerId: string,
  fileId: string,
  text: string,
): Promise<{ hash: string; size: number }> {
  const digest = createHash('sha256');
  let size = 0;
  for (const piece of utf8(text)) {
    digest.update(piece);
    size += piece.byteLength;
  }
  const { readable, writable } = new FixedLengthStream(size);
  const writer = writable.getWriter();
  const write = async () => {
    for (const piece of utf8(text)) await writer.write(piece);
    await writer.close();
  };
  await Promise.all([env.FILES.put(keyOf(ownerId, fileId), readable), write()]);
  return { hash: digest.digest('hex'), size };
}

export const getBlob = (env: Env, ownerId: string, fileId: string): Promise<R2ObjectBody | null> =>
  env.FILES.get(keyOf(ownerId, fileId));

export const removeBlob = (env: Env, ownerId: string, fileId: string): Promise<void> =>
  env.FILES.delete(keyOf(ownerId, fileId));

/** Removes the bytes of several files. */
export const removeSome = (env: Env, ownerId: string, fileIds: ReadonlyArray<string>): Promise<void> =>
  env.FILES.delete(fileIds.map((id) => keyOf(ownerId, id)));

/** Removes everything of an owner, page by page. Answers how many files there were. */
export async function removeBlobs(env: Env, ownerId: string): Promise<number> {
  let count = 0;
  for (;;) {
    const { objects, truncated } = await env.FILES.list({ prefix: `${ownerId}/`, limit: 500 });
    if (objects.length > 0) await env.FILES.delete(objects.map(({ key }) => key));
    count += objects.length;
    if (!truncated) return count;
  }
}
