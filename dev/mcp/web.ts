/** Plain web pages of a space, so that there is an outside to read and to write to. */
import { isArray, isObject, parseJson } from '#dev/stand-in/json.ts';
import type { Space } from './space.ts';

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** GET reads a page with what is planted; every other method is an effect. @param path after `/web` */
export async function page(space: Space, request: Request, path: string): Promise<Response> {
  const { method } = request;
  if (method === 'GET' || method === 'HEAD') {
    space.seen.push({ server: 'web', method: `${method} ${path}`, tool: null, hasBearer: false });
    if (path.endsWith('.bin'))
      return new Response(new Uint8Array([0, 1, 2, 255]), {
        headers: { 'content-type': 'application/octet-stream' },
      });
    const words = ['A page of the demo web.', ...space.planted.page].map((text) => `<p>${escape(text)}</p>`);
    return new Response(`<!doctype html><title>Demo page</title>${words.join('\n')}`, {
      headers: { 'content-type': 'text/html; charset=utf-8' },
    });
  }
  const body = await request.text();
  await space.pass('web', 'before', request.signal);
  const parsed = parseJson(body);
  const args = { method, path, body: isObject(parsed) || isArray(parsed) ? parsed : body };
  space.act({ server: 'web', tool: method, args, key: null }, () => 'done');
  await space.pass('web', 'after', request.signal);
  return Response.json({ done: true }, { status: 201 });
}
