/** What an answer of the mail service means for a channel: few of them speak of the address. */
import type { MailOutcome } from '../mail/mail.ts';
import type { SlackOutcome } from './slack.ts';

/** The address took nothing before, so that nothing is sent there any more. Everything else is about a mail, or about us. */
const DEAD: ReadonlySet<string> = new Set(['e_recipient_suppressed']);

export function mailPosted(outcome: MailOutcome): SlackOutcome {
  if (outcome.ok) return { type: 'sent' };
  if (outcome.retry) return { type: 'retry', reason: 'The mail service did not take it yet.', afterMs: null };
  // An earlier try had come through although its answer was lost.
  if (outcome.code === 'sent_before') return { type: 'sent' };
  if (DEAD.has(outcome.code))
    return { type: 'dead', reason: 'The mail service sends nothing to this address any more.' };
  return { type: 'failed', reason: `The mail service refused this mail (${outcome.code}).` };
}
