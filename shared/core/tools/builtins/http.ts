/** `http_request`: one call to an address on the public web. */
import * as z from 'zod/mini';
import type { BuiltinSpec } from '../builtin.ts';
import { checkWith, list, object, text } from './schema.ts';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

export const HttpRequest = z.object({
  method: z.enum(methods),
  url: z.string().check(z.minLength(1), z.maxLength(4_000)),
  headers: z.optional(
    z.nullable(
      z
        .array(
          z.object({
            name: z
              .string()
              .check(z.regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'is not the name of a header')),
            value: z.string().check(z.maxLength(4_000), z.regex(/^[^\r\n\0]*$/, 'must be one line')),
          }),
        )
        .check(z.maxLength(30)),
    ),
  ),
  body: z.optional(z.nullable(z.string())),
});

const looks = (method: unknown): boolean => method === 'GET' || method === 'HEAD';

export const httpRequest: BuiltinSpec = {
  name: 'http_request',
  title: 'Call a web address',
  description:
    'One HTTP request to a public https address, with what came back: status, some headers, and the text (binary content is kept as a file). GET and HEAD look; everything else changes something and asks the person first. Use a connected tool instead where there is one.',
  inputSchema: object(
    {
      method: { type: 'string', enum: [...methods] },
      url: text('A whole address, https.'),
      headers: list(
        object({ name: text('Its name.'), value: text('Its value.') }, ['name', 'value']),
        'Headers.',
      ),
      body: text('What is sent; with a content-type header.'),
    },
    ['method', 'url'],
  ),
  check(input) {
    const wrong = checkWith(HttpRequest, input);
    if (wrong !== null) return wrong;
    if (looks(input['method']) && typeof input['body'] === 'string' && input['body'] !== '')
      return 'GET and HEAD have no body.';
    return URL.canParse(String(input['url'])) ? null : '"url": must be a whole address.';
  },
  risk: ({ method }) => (looks(method) ? 'read' : method === 'DELETE' ? 'destroy' : 'send'),
  repeatable: false,
};
