/** Files: uploads before they are sent, downloads, and what is no longer wanted. The bytes are in R2. */
import { v7 as uuidv7 } from 'uuid';
import { getBlob, putBlob, removeBlob } from '#durable-objects/files/client.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import { fileName, isShown, maxFileBytes, mediaType } from '#shared/core/files.ts';
import { routes } from '#shared/protocol/routes.ts';
import type { App } from '../app-env.ts';
import { readBytes } from '../middleware/body.ts';
import { refuse } from '../middleware/problems.ts';
import { mount } from './mount.ts';
import { notOurCursor, paging } from './paging.ts';

/** The name as the page sends it: percent-encoded, because headers are ASCII. */
function givenName(header: string | undefined): string {
  try {
    return fileName(decodeURIComponent(header ?? ''));
  } catch {
    return 'file';
  }
}

/** RFC 6266, with the name in UTF-8 (RFC 8187). */
const disposition = (how: string, name: string): string =>
  `${how}; filename*=UTF-8''${encodeURIComponent(name).replaceAll(/['()*]/g, (each) => `%${each.charCodeAt(0).toString(16)}`)}`;

export function fileRoutes(app: App): void {
  mount(app, routes.uploadFile, async ({ c, user, services }) => {
    const declared = Number(c.req.header('content-length') ?? 0);
    const tooLarge = refuse('too_large', { detail: `A file may have at most ${maxFileBytes} bytes.` });
    if (declared > maxFileBytes) return tooLarge;
    const read = await readBytes(c.req.raw, maxFileBytes);
    if (!read.ok) return read.code === 'too_large' ? tooLarge : refuse(read.code);
    const { bytes } = read;
    const id = uuidv7();
    const hash = await putBlob(c.env, user.id, id, bytes);
    const file = {
      id,
      name: givenName(c.req.header('x-file-name')),
      type: mediaType(c.req.header('content-type') ?? null),
      size: bytes.byteLength,
      kind: 'upload' as const,
      conversationId: null,
      outside: true,
      createdAt: new Date(services.clock.now()).toISOString(),
    };
    const added = await userObject(c.env, user.id).addFile({ ...file, hash });
    if (added.ok) return { file };
    await removeBlob(c.env, user.id, id);
    return refuse(added.code);
  });

  mount(app, routes.listFiles, async ({ c, user, query }) => {
    const page = await userObject(c.env, user.id).filesOf(paging(query));
    return page ?? notOurCursor();
  });

  mount(app, routes.getFile, async ({ c, user, params }) => {
    const file = await userObject(c.env, user.id).file(params.fileId);
    const blob = file === null ? null : await getBlob(c.env, user.id, file.id);
    if (file === null || blob === null) return refuse('not_found');
    // Whatever the file says it is, nothing in it runs here.
    return new Response(blob.body, {
      headers: {
        'content-type': isShown(file.type) ? file.type : 'application/octet-stream',
        'content-length': String(file.size),
        'content-disposition': disposition(isShown(file.type) ? 'inline' : 'attachment', file.name),
        'content-security-policy': "sandbox; default-src 'none'",
        'x-content-type-options': 'nosniff',
        'cache-control': 'private, max-age=3600',
        etag: `"${file.hash}"`,
      },
    });
  });

  mount(app, routes.removeFile, async ({ c, user, params }) => {
    const removed = await userObject(c.env, user.id).removeFile(params.fileId);
    if (removed === null) return refuse('not_found');
    await removeBlob(c.env, user.id, removed.id);
    return undefined;
  });
}
