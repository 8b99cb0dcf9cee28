/** The page for people who try the demonstration: what would have been done, the newest space first. */
import { html, Html } from '#dev/stand-in/html.ts';
import { STYLE } from '#dev/stand-in/style.ts';
import type { Effect, Space } from './space.ts';
import { LABEL } from './wire.ts';

const SPACES = 20;
const EFFECTS = 50;
const REFRESH_SECONDS = 3;

const clock = ({ at }: Effect): Html => html`<time>${at.slice(0, 10)} ${at.slice(11, 19)} UTC</time>`;

function mailItem(effect: Effect): Html {
  const { to, subject, body } = effect.args;
  return html`<li>
    <strong>${subject}</strong> <span class="muted">to ${to}, ${clock(effect)}</span>
    <pre tabindex="0">${body}</pre>
  </li>`;
}

const effectItem = (effect: Effect): Html =>
  html`<li>
    <strong>${effect.server}: ${effect.tool}</strong> <span class="muted">${clock(effect)}</span>
    <pre tabindex="0">${JSON.stringify(effect.args, null, 2)}</pre>
  </li>`;

function list(title: string, effects: ReadonlyArray<Effect>, item: (effect: Effect) => Html): Html | '' {
  if (effects.length === 0) return '';
  const newest = effects.toReversed().slice(0, EFFECTS);
  return html`<h3>${title} (${effects.length})</h3>
    <ol class="done">
      ${newest.map(item)}
    </ol>`;
}

const isMail = ({ server, tool }: Effect): boolean => server === 'mail' && tool === 'send_mail';

const section = ({ name, effects }: Space): Html =>
  html`<section>
    <h2>Space ${name}</h2>
    ${effects.length === 0 ? html`<p class="muted">Nothing was done yet.</p>` : ''}
    ${list('Sent mail', effects.filter(isMail), mailItem)}
    ${list(
      'Done',
      effects.filter((effect) => !isMail(effect)),
      effectItem,
    )}
  </section>`;

/** `GET /`: loads itself again, so that what Claude does appears while one looks. @param spaces newest first */
export function spacesPage(spaces: ReadonlyArray<Space>): Response {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta http-equiv="refresh" content="${REFRESH_SECONDS}" />
        <title>Demo tools – stand-in</title>
        <style>
          ${new Html(STYLE)}
          ${new Html(LIST_STYLE)}
        </style>
      </head>
      <body>
        <main>
          <h1>Demo tools</h1>
          <div class="banner">
            <strong>Demo tools: nothing here reaches anybody.</strong> Development only. The mailbox, the
            photos and the test servers are made up; what was done with them stands here until the app stops.
          </div>
          ${
            spaces.length === 0
              ? html`<p class="muted">
                  Nobody has used them yet. Connect Demo mail in the app and ask for something.
                </p>`
              : spaces.slice(0, SPACES).map(section)
          }
        </main>
      </body>
    </html>`;
  return new Response(page.markup, {
    headers: {
      ...LABEL,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  });
}

const LIST_STYLE = `
body { max-width: 48rem; }
h2, h3 { overflow-wrap: anywhere; }
h3 { font-size: 15px; margin: 16px 0 8px; }
.done { list-style: none; margin: 8px 0; padding: 0; border: 1px solid var(--line); border-radius: 6px; background: var(--raised); }
.done li { padding: 8px 12px; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.done li:last-child { border-bottom: 0; }
.done pre { margin: 8px 0 0; white-space: pre-wrap; font: 13px/1.5 ui-monospace, monospace; }
`;
