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

export const getBlob = (env: Env, ownerId: string, fileId: string): Promise<R2ObjectBody | null> =>
  env.FILES.get(keyOf(ownerId, fileId));

export const removeBlob = (env: Env, ownerId: string, fileId: string): Promise<void> =>
  env.FILES.delete(keyOf(ownerId, fileId));

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
