/**
 * Slack's incoming webhooks (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks): which addresses are one,
 * how a text is written, what an answer means.
 */

/** Characters of one message; Slack cuts at 40,000, and long before that nobody reads on. */
const MOST = 12_000;
const MORE = '\n… the rest is in the app.';

/** @param local whether addresses of this machine are let in: for the stand-in */
export function isSlackAddress(url: string, local: boolean): boolean {
  try {
    const { protocol, hostname, pathname, username, password } = new URL(url);
    if (username !== '' || password !== '') return false;
    const own = protocol === 'https:' && hostname === 'hooks.slack.com' && pathname.startsWith('/services/');
    const played = local && /^(?:localhost|127\.0\.0\.1)$/.test(hostname) && pathname.includes('/services/');
    return own || played;
  } catch {
    return false;
  }
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The body of the call. @param href where the whole of it is */
export function slackBody({ title, text, href }: { title: string; text: string; href: string }): string {
  const whole = `*${escape(title)}*\n${escape(text)}`;
  const cut = whole.length <= MOST ? whole : `${whole.slice(0, MOST)}${MORE}`;
  return JSON.stringify({ text: `${cut}\n<${href}|Open it in the app>`, unfurl_links: false });
}

export type SlackOutcome =
  | { type: 'sent' }
  | { type: 'retry'; reason: string; afterMs: number | null }
  /** The address is no good any more. */
  | { type: 'dead'; reason: string }
  | { type: 'failed'; reason: string };

const dead: Readonly<Record<string, string>> = {
  action_prohibited: 'Slack does not allow posting here any more.',
  channel_is_archived: 'The Slack channel is archived.',
  channel_not_found: 'The Slack channel is gone.',
  invalid_token: 'The webhook was revoked in Slack.',
  no_service: 'The webhook was removed in Slack.',
  no_service_id: 'The webhook was removed in Slack.',
  no_team: 'The Slack workspace is gone.',
  team_disabled: 'The Slack workspace is disabled.',
  user_not_found: 'The person whom the webhook wrote to is gone.',
};

/** What an answer means. @param afterMs what `Retry-After` asked for */
export function slackOutcome(status: number, body: string, afterMs: number | null): SlackOutcome {
  const said = body.trim().slice(0, 100);
  if (status === 200) return { type: 'sent' };
  if (status === 429) return { type: 'retry', reason: 'Slack asked to wait.', afterMs };
  if (status >= 500) return { type: 'retry', reason: `Slack answered ${status}.`, afterMs };
  const gone = dead[said];
  if (gone !== undefined) return { type: 'dead', reason: gone };
  if (status === 403 || status === 404 || status === 410)
    return { type: 'dead', reason: `Slack refused the address (${status}).` };
  return { type: 'failed', reason: `Slack refused the message (${status}).` };
}
