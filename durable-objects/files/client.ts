/** The bytes of files in R2, by owner and hash: written before anything names them, the same bytes only once. */
import { createHash } from 'node:crypto';

const keyOf = (ownerId: string, hash: string): string => `${ownerId}/${hash}`;

/** Keeps bytes. Answers their SHA-256 in hexadecimal. */
export async function putBlob(env: Env, ownerId: string, bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256').update(bytes).digest('hex');
  await env.FILES.put(keyOf(ownerId, hash), bytes);
  return hash;
}

export const getBlob = (env: Env, ownerId: string, hash: string): Promise<R2ObjectBody | null> =>
  env.FILES.get(keyOf(ownerId, hash));

export const removeBlob = (env: Env, ownerId: string, hash: string): Promise<void> =>
  env.FILES.delete(keyOf(ownerId, hash));

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
