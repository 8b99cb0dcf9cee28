/** Responses of the stand-in for Google: every one says what it is. */
import { html, Html } from '#dev/stand-in/html.ts';
import { STYLE } from '#dev/stand-in/style.ts';

const HEADERS: Readonly<Record<string, string>> = {
  'x-stand-in': 'agentic-tasks; not Google',
  'cache-control': 'no-store',
};

export const json = (body: object, status = 200, headers: Readonly<Record<string, string>> = {}): Response =>
  Response.json(body, { status, headers: { ...HEADERS, ...headers } });

/** An error of the token endpoint, in the words that Google uses (RFC 6749 section 5.2). */
export const oauthError = (status: number, error: string, description: string): Response =>
  json({ error, error_description: description }, status);

/** Sends the browser on. 302 after a form too: the next request is a GET. */
export const redirect = (to: URL): Response =>
  new Response(null, { status: 302, headers: { ...HEADERS, location: to.href } });

export const BANNER = html`<div class="banner">
  <strong>Stand-in for Google, development only.</strong> This local page plays Google's sign-in, so that the
  app can be tried without an account there. Nobody is asked for a password, and nothing leaves this machine.
</div>`;

/**
 * A whole page.
 * @param formTo where a form of it may lead in the end, besides this server: browsers hold redirects to that as well
 */
export function page(title: string, body: Html, { status = 200, formTo = '' } = {}): Response {
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>
          ${new Html(STYLE)}
          ${new Html(FORM_STYLE)}
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        ${BANNER} ${body}
      </body>
    </html>`;
  return new Response(document.markup, {
    status,
    headers: {
      ...HEADERS,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; form-action 'self' ${formTo}; base-uri 'none'; frame-ancestors 'none'`,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  });
}

const FORM_STYLE = `
body { max-width: 40rem; }
form { margin: 8px 0; }
label { display: block; margin: 8px 0; }
input[type="email"], input[type="text"] { display: block; width: 100%; min-height: 44px; padding: 8px 12px; font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--line); border-radius: 6px; }
button { display: block; width: 100%; min-height: 44px; padding: 8px 12px; margin: 8px 0; font: inherit; text-align: left; color: var(--text); background: var(--raised); border: 1px solid var(--line); border-radius: 6px; cursor: pointer; }
button:focus-visible, input:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
`;
