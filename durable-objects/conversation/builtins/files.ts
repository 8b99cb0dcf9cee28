/** Files of a conversation: what Claude writes and reads, results that are too long, images for the model. */
import { Buffer } from 'node:buffer';
import { getBlob, putBlob, putText, removeBlob } from '#durable-objects/files/client.ts';
import { user } from '#durable-objects/user/client.ts';
import { fileName, isText, typeOfName } from '#shared/core/files.ts';
import type { BuiltinResult } from '#shared/core/tools/builtin.ts';
import { ReadFile, WriteFile } from '#shared/core/tools/builtins/files.ts';
import { shownChars } from '#shared/core/tools/trim.ts';
import type { File, FileRef } from '#shared/protocol/file.ts';
import type { BuiltinContext, FileContext } from './context.ts';

const refOf = ({ id, name, type, size }: FileRef): FileRef => ({ id, name, type, size });

interface Made {
  id: string;
  name: string;
  type: string;
  kind: File['kind'];
  outside: boolean;
}

/** Bytes first, then the row that names them: a death in between leaves bytes that nobody knows, never the reverse. */
async function save(context: FileContext, bytes: Uint8Array, made: Made): Promise<FileRef | null> {
  const hash = await putBlob(context.env, context.ownerId, made.id, bytes);
  return add(context, { hash, size: bytes.byteLength }, made);
}

/** The row of bytes that are kept. */
async function add(
  context: FileContext,
  kept: { hash: string; size: number },
  made: Made,
): Promise<FileRef | null> {
  const { env, ownerId, conversationId } = context;
  const createdAt = new Date(context.now()).toISOString();
  const file = { ...made, ...kept, conversationId, createdAt };
  const added = await user(env, ownerId).addFile(file);
  if (added.ok) return refOf(file);
  await removeBlob(env, ownerId, made.id);
  return null;
}

/** The whole of a result that was cut; null when there is no room for it. */
export async function saveResult(context: FileContext, name: string, text: string): Promise<FileRef | null> {
  const id = context.newId();
  return add(context, await putText(context.env, context.ownerId, id, text), {
    id,
    name: fileName(name),
    type: 'text/plain',
    kind: 'result',
    outside: true,
  });
}

/** Binary content that a call brought. */
export const saveBytes = (
  context: FileContext,
  bytes: Uint8Array,
  { name, type }: { name: string; type: string },
): Promise<FileRef | null> =>
  save(context, bytes, { id: context.newId(), name: fileName(name), type, kind: 'result', outside: true });

/** An image that a call brought; null when there is no room for it. */
export const saveImage = (context: FileContext, base64: string, type: string): Promise<FileRef | null> =>
  saveBytes(context, Buffer.from(base64, 'base64'), { name: `image.${type.split('/')[1] ?? 'png'}`, type });

/** An image for the model; null when it is gone. */
export async function imageData(
  env: Env,
  ownerId: string,
  fileId: string,
): Promise<{ data: string; mimeType: string } | null> {
  const file = await user(env, ownerId).file(fileId);
  const blob = file === null ? null : await getBlob(env, ownerId, file.id);
  if (file === null || blob === null) return null;
  return { data: Buffer.from(await blob.arrayBuffer()).toString('base64'), mimeType: file.type };
}

const failed = (text: string): BuiltinResult => ({ isError: true, text, outside: false });

/** Its id is the call's: the same call made again is the same file. */
export async function writeFile(
  input: Record<string, unknown>,
  context: BuiltinContext,
): Promise<BuiltinResult> {
  const { name: given, content, type } = WriteFile.parse(input);
  const name = fileName(given);
  const bytes = new TextEncoder().encode(content);
  const file = await save(context, bytes, {
    id: context.callId,
    name,
    type: type ?? typeOfName(name),
    kind: 'artifact',
    outside: context.tainted,
  });
  if (file === null) return failed('Not written: the person has no room for more files.');
  return {
    isError: false,
    text: `Written: "${name}", ${bytes.byteLength} bytes, id ${file.id}. The person can open and download it.`,
    outside: false,
    files: [file],
  };
}

export async function readFile(
  input: Record<string, unknown>,
  { env, ownerId }: BuiltinContext,
): Promise<BuiltinResult> {
  const { id, offset } = ReadFile.parse(input);
  const file = await user(env, ownerId).file(id);
  if (file === null) return failed(`There is no file with the id "${id}". list_files lists them.`);
  if (!isText(file.type)) return failed(`"${file.name}" is ${file.type}: its text cannot be read here.`);
  const blob = await getBlob(env, ownerId, file.id);
  if (blob === null) return failed(`The content of "${file.name}" is gone.`);
  const text = await blob.text();
  const from = offset ?? 0;
  const end = Math.min(text.length, from + shownChars - 200);
  const more =
    end < text.length ? `\n[goes on: read on with offset ${end}, ${text.length} characters in all]` : '';
  return { isError: false, text: text.slice(from, end) + more, outside: file.outside };
}

export async function listFiles({ env, ownerId, conversationId }: BuiltinContext): Promise<BuiltinResult> {
  const page = await user(env, ownerId).filesOf({ conversationId, limit: 100 });
  const items = page?.items ?? [];
  const lines = items.map(({ id, name, type, size }) => `${id}  "${name}"  ${type}  ${size} bytes`);
  return {
    isError: false,
    text: lines.length === 0 ? 'There are no files in this conversation.' : lines.join('\n'),
    outside: items.some(({ outside }) => outside),
  };
}
