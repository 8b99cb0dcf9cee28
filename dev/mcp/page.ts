/** The page for people who try the demonstration: what would have been done, newest space first. */
import { Html, html } from '#dev/stand-in/html.ts';
import { STYLE } from '#dev/stand-in/style.ts';
import type { Space } from './space.ts';

const SHOWN = 20;

function spaceSection({ name, effects }: Space) {
  const lines = effects
    .toReversed()
    .slice(0, 50)
    .map(
      ({ at, server, tool, args }) =>
        html`<li>
          <strong>${server}: ${tool}</strong> <span class="muted"><time>${at}</time></span>
          <pre>${JSON.stringify(args, null, 2)}</pre>
        </li>`,
    );
  return html`<h2>${name}</h2>
    ${
      effects.length === 0
        ? html`<p class="muted">Nothing was done yet.</p>`
        : html`<ol>
            ${lines}
          </ol>`
    }`;
}

/** `GET /`. */
export function spacesPage(spaces: ReadonlyArray<Space>): Response {
  const body = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>Demo tools</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        <div class="banner">
          <strong>Demo tools: nothing here reaches anybody.</strong> Development only. Mail, photos and test
          servers are made up; what Claude did with them stands here until the app stops.
        </div>
        <h1>Demo tools</h1>
        ${spaces.length === 0 ? html`<p class="muted">Nobody has used them yet.</p>` : spaces.slice(0, SHOWN).map(spaceSection)}
      </body>
    </html>`;
  return new Response(body.markup, {
    headers: { 'content-type': 'text/html; charset=utf-8', 'x-stand-in': 'demo tools' },
  });
}
