/** The frame of every page of the stand-in. */
import { html, Html } from '#dev/stand-in/html.ts';
import { STYLE } from '#dev/stand-in/style.ts';
import { STAND_IN_HEADERS } from '../http.ts';

/** A whole page. @param refreshSeconds 0: it does not load itself again. */
export function page(title: string, body: Html, refreshSeconds: number, status = 200): Response {
  const refresh = refreshSeconds > 0 ? html`<meta http-equiv="refresh" content="${refreshSeconds}" />` : '';
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        ${refresh}
        <title>${title}</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html>`;
  return new Response(document.markup, {
    status,
    headers: {
      ...STAND_IN_HEADERS,
      'content-type': 'text/html; charset=utf-8',
      // What was asked and answered is shown as text; nothing in it may run or load anything.
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'",
      'x-content-type-options': 'nosniff',
    },
  });
}
