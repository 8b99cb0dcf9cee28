/** The pages of the stand-in: pick who to be, what is wrong with a request, and what this is. */
import { ACCOUNTS, type GoogleAccount } from './accounts.ts';
import type { Authorization, Read } from './authorization.ts';
import { html, type Html } from '#dev/stand-in/html.ts';
import { page } from './http.ts';

const word = ({ emailVerified }: GoogleAccount): string => (emailVerified ? 'verified' : 'not verified');

/** `GET /o/oauth2/v2/auth`: the form is sent back to the same address, with all its parameters. */
export function choosePage({ redirectUri, scopes }: Authorization, action: string): Response {
  const { origin, host } = new URL(redirectUri);
  const body = html`<p>
      <strong>${host}</strong> wants to know who you are (<code>${scopes.join(' ')}</code>). Choose an
      account:
    </p>
    <form method="post" action="${action}">
      ${ACCOUNTS.map(
        (account, index) =>
          html`<button name="account" value="${index}">
            ${account.name} <span class="muted">${account.email}, ${word(account)}</span>
          </button>`,
      )}
    </form>
    <h2>Or be anybody</h2>
    <form method="post" action="${action}">
      <label>Address <input type="email" name="email" required autocomplete="off" /></label>
      <label>Name <input type="text" name="name" autocomplete="off" /></label>
      <label
        >Id at Google, to come back with another address (empty: one that belongs to this address)
        <input type="text" name="sub" autocomplete="off" pattern="[!-~]{1,255}"
      /></label>
      <label
        ><input type="checkbox" name="verified" value="yes" checked /> Google has verified this address</label
      >
      <button name="choice" value="typed">Continue with this address</button>
    </form>
    <form method="post" action="${action}">
      <button name="choice" value="deny">Cancel: do not tell them</button>
    </form>`;
  return page('Choose an account', body, { formTo: origin });
}

/** What is wrong with an authorization request. */
export const refusedPage = ({ status, error, description }: Extract<Read, { ok: false }>): Response =>
  page(
    `Error ${status}: ${error}`,
    html`<p>${description}</p>
      <p class="muted">The request is not sent back to the app: nobody knows whose it is.</p>`,
    { status },
  );

/** `GET /` */
export function homePage(state: object, client: string): Response {
  const accounts: Html[] = ACCOUNTS.map(
    (account) =>
      html`<dt>${account.name}</dt>
        <dd>${account.email} (${word(account)})</dd>`,
  );
  const body = html`<p>
      It answers to the client <code>${client}</code>. Start in the app: “Continue with Google” leads to its
      page.
    </p>
    <h2>Accounts</h2>
    <dl>${accounts}</dl>
    <h2>Control</h2>
    <p>
      <code>POST /__control</code> sets who the next authorization is for and what goes wrong; see
      <code>dev/google/README.md</code>. Set now:
    </p>
    <pre>${JSON.stringify(state, null, 2)}</pre>`;
  return page('Stand-in for Google', body);
}
