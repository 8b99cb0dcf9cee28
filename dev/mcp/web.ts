/** Plain web pages of a space, so that there is an outside to read and to write to. */
import { html } from '#dev/stand-in/html.ts';
import { isArray, isObject, parseJson } from '#dev/stand-in/json.ts';
import type { Space } from './space.ts';
import { json, LABEL } from './wire.ts';

/**
 * GET reads a page with what is planted; every other method is an effect, with method, path and body.
 * @param path after `/web`, with its query: words can leave in it
 */
export async function webPage(space: Space, request: Request, path: string, body: string): Promise<Response> {
  const { method } = request;
  const isRead = method === 'GET' || method === 'HEAD';
  await space.holds.pass('web', 'before', request.signal);
  if (!isRead && !request.signal.aborted) {
    const parsed = parseJson(body);
    const args = { method, path, body: isObject(parsed) || isArray(parsed) ? parsed : body };
    space.act({ server: 'web', tool: method, args, key: null }, () => '');
  }
  await space.holds.pass('web', 'after', request.signal);
  return isRead ? read(path, space.planted('page', 'web')) : json({ done: true }, 201);
}

function read(path: string, planted: ReadonlyArray<string>): Response {
  const [name = ''] = path.split('?');
  if (name.endsWith('.bin'))
    return new Response(new Uint8Array([0, 1, 2, 255]), {
      headers: { ...LABEL, 'content-type': 'application/octet-stream' },
    });
  const words = ['A page of the demo web, made up for development.', ...planted];
  if (name.endsWith('.txt'))
    return new Response(words.join('\n\n'), {
      headers: { ...LABEL, 'content-type': 'text/plain; charset=utf-8' },
    });
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <title>Demo page</title>
      </head>
      <body>
        <h1>Demo page</h1>
        ${words.map((text) => html`<p>${text}</p> `)}
      </body>
    </html>`;
  return new Response(page.markup, {
    headers: {
      ...LABEL,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'",
    },
  });
}
