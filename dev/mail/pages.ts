/**
 * The page for people: what came, newest first, and one mail. A mail is shown as a mail program would: in a frame where
 * nothing of it runs and nothing is loaded, and its links open in a new tab.
 */
import { html, Html } from '#dev/stand-in/html.ts';
import { STYLE } from '#dev/stand-in/style.ts';
import { splitAtLinks } from './links.ts';
import type { CapturedMail } from './mails.ts';
import { CAPTURE_HEADERS } from './refusal.ts';

const REFRESH_SECONDS = 3;

const BANNER = html`<div class="banner">
  <strong>Local capture: nothing here was really sent.</strong> Development only. Mail of the app ends on this
  page instead of in somebody's mailbox, and is forgotten when the app stops.
</div>`;

/** `GET /`: loads itself again, so that a mail appears while one looks. */
export function listPage(mails: readonly CapturedMail[]): Response {
  const list =
    mails.length === 0
      ? html`<p class="muted">No mail yet. Sign up in the app, and the first one comes.</p>`
      : html`<ol class="mails">
          ${mails.map(
            (mail) =>
              html`<li>
                <a href="/mail/${mail.id}">${mail.subject}</a>
                <span class="muted">to ${mail.to.join(', ')}, <time>${clock(mail)}</time></span>
              </li>`,
          )}
        </ol>`;
  return page('Mail', list, { refresh: true });
}

/** `GET /mail/<id>`. */
export function mailPage(mail: CapturedMail | undefined): Response {
  const back = html`<p><a href="/">All mail</a></p>`;
  if (mail === undefined)
    return page(
      'No such mail',
      html`${back}
        <p>It is forgotten, or there never was one.</p>`,
      {
        status: 404,
      },
    );
  const { subject, from, to, text, links } = mail;
  return page(
    subject,
    html`${back}
      <dl>
        <dt>From</dt>
        <dd>${from}</dd>
        <dt>To</dt>
        <dd>${to.join(', ')}</dd>
        <dt>At</dt>
        <dd>${clock(mail)}</dd>
      </dl>
      ${
        mail.html === ''
          ? ''
          : html`<iframe
              title="The mail"
              sandbox="allow-popups allow-popups-to-escape-sandbox"
              srcdoc="${withNewTabs(mail.html)}"
            ></iframe>`
      }
      ${
        links.length === 0
          ? ''
          : html`<h2>Links</h2>
              <ul class="mails">
                ${links.map((link) => html`<li>${outward(link)}</li>`)}
              </ul>`
      }
      ${
        text === ''
          ? ''
          : html`<h2>Text</h2>
              <pre tabindex="0">
${splitAtLinks(text).map(({ words, link }) => (link === undefined ? words : outward(link)))}</pre>`
      }`,
  );
}

const outward = (link: string): Html =>
  html`<a href="${link}" target="_blank" rel="noopener noreferrer">${link}</a>`;

const clock = ({ sentAt }: CapturedMail): string => `${sentAt.slice(0, 10)} ${sentAt.slice(11, 19)} UTC`;

/** In a frame without scripts a link could only replace the frame; `base` sends it to a tab of its own. */
function withNewTabs(document: string): string {
  const base = '<base target="_blank">';
  return /<head[^>]*>/i.test(document)
    ? document.replace(/<head[^>]*>/i, (head) => head + base)
    : base + document;
}

function page(title: string, body: Html, { status = 200, refresh = false } = {}): Response {
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        ${refresh ? html`<meta http-equiv="refresh" content="${REFRESH_SECONDS}" />` : ''}
        <title>${title} – local capture</title>
        <style>
          ${new Html(STYLE)}
          ${new Html(MAIL_STYLE)}
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${BANNER} ${body}
        </main>
      </body>
    </html>`;
  return new Response(document.markup, {
    status,
    headers: {
      ...CAPTURE_HEADERS,
      'content-type': 'text/html; charset=utf-8',
      // Holds for the frame too: a frame made of srcdoc inherits it.
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  });
}

const MAIL_STYLE = `
body { max-width: 48rem; }
h1 { overflow-wrap: anywhere; }
.mails { list-style: none; margin: 16px 0; padding: 0; border: 1px solid var(--line); border-radius: 6px; background: var(--raised); }
.mails li { padding: 8px 12px; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.mails li:last-child { border-bottom: 0; }
.mails a { display: inline-block; padding: 4px 0; }
.mails .muted { display: block; font-size: 13px; }
iframe { display: block; width: 100%; height: 60vh; min-height: 320px; border: 1px solid var(--line); border-radius: 6px; color-scheme: light dark; background: var(--raised); }
`;
