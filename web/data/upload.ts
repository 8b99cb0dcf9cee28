/** Uploads one file and says how far it is: the one thing that `fetch` cannot tell. */
import { ProblemError } from '#shared/client/problem-error.ts';
import type { FileRef } from '#shared/protocol/file.ts';
import { Problem } from '#shared/protocol/problem.ts';
import { toolCalls } from '#shared/protocol/tool-calls.ts';
import { session } from './app.ts';

interface Answer {
  status: number;
  json: unknown;
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

interface Upload {
  file: File;
  /** How much of it is gone, between 0 and 1. */
  onProgress: (done: number) => void;
  signal: AbortSignal;
}

function post({ file, onProgress, signal }: Upload, token: string | null): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const request = new XMLHttpRequest();
  request.open('POST', toolCalls.uploadFile.path);
  request.setRequestHeader('content-type', file.type || 'application/octet-stream');
  request.setRequestHeader('x-file-name', encodeURIComponent(file.name.toWellFormed()));
  if (token !== null) request.setRequestHeader('authorization', `Bearer ${token}`);
  request.upload.addEventListener('progress', ({ loaded, total }) =>
    onProgress(total > 0 ? loaded / total : 0),
  );
  request.addEventListener('load', () =>
    resolve({ status: request.status, json: parsed(request.responseText) }),
  );
  request.addEventListener('error', () =>
    reject(new ProblemError({ code: 'offline', status: 0, title: 'The server did not answer.' })),
  );
  const aborted = () => reject(new DOMException('Removed', 'AbortError'));
  request.addEventListener('abort', aborted);
  signal.addEventListener('abort', () => request.abort(), { once: true });
  if (signal.aborted) aborted();
  else request.send(file);
  return promise;
}

/** Throws `ProblemError` as the client does; an `AbortError` when it was called off. */
export async function upload(what: Upload): Promise<FileRef> {
  const token = await session.token();
  let answer = await post(what, token);
  if (answer.status === 401) {
    const fresh = await session.renew(token);
    if (fresh !== null) answer = await post(what, fresh);
  }
  if (answer.status === toolCalls.uploadFile.status) {
    const { id, name, type, size } = toolCalls.uploadFile.reply!.parse(answer.json).file;
    return { id, name, type, size };
  }
  const problem = Problem.safeParse(answer.json);
  throw new ProblemError(
    problem.success
      ? problem.data
      : { code: 'bad_reply', status: answer.status, title: 'The answer could not be read.' },
  );
}
