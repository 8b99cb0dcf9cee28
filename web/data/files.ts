/** The bytes of files: asked for with the bearer token, handed to the browser as its own. */
import type { FileRef } from '#shared/protocol/file.ts';
import { ProblemError } from '#shared/client/problem-error.ts';
import { session } from './app.ts';

/** How long a browser may take to begin with what it was handed. */
const HANDOVER_MS = 60_000;

/** The bytes of a file. Throws like a call. */
export async function fetchFile(id: string): Promise<Blob> {
  const ask = (token: string | null) =>
    fetch(`/api/files/${id}`, token === null ? {} : { headers: { authorization: `Bearer ${token}` } });
  const token = await session.token();
  let response = await ask(token);
  if (response.status === 401) response = await ask(await session.renew(token));
  if (!response.ok)
    throw new ProblemError({ code: 'not_found', status: response.status, title: 'The file is not there.' });
  return response.blob();
}

/** Saves a file to wherever the browser keeps downloads. */
export async function openFile(file: FileRef): Promise<void> {
  const url = URL.createObjectURL(await fetchFile(file.id));
  const link = document.createElement('a');
  link.href = url;
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), HANDOVER_MS);
}
