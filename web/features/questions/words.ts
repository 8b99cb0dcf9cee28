/** What an approval is about, consequence first; verbs that say what happens. */
import { inOwnClock } from '#web/ui/time.ts';
import type { Approval, Question, QuestionEnd } from '#shared/protocol/question.ts';
import { plainName } from '#web/features/tools/sentence.ts';

const said = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value : null;

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

/** Whom or what it reaches, if the arguments say so. */
function targetOf({ input }: Approval): string | null {
  const to = input['to'] ?? input['recipient'] ?? input['recipients'] ?? input['channel'];
  if (Array.isArray(to)) return to.map(String).join(', ');
  const url = said(input['url']);
  return said(to) ?? (url === null ? null : hostOf(url));
}

const schemes: Readonly<Record<string, string>> = {
  github: 'GitHub',
  slack: 'Slack',
  stripe: 'Stripe',
  standard: 'a sender of Standard Webhooks',
  url: 'whoever knows a secret address',
};

const where = ({ from }: Approval): string => (from === null ? '' : ` with ${from.name}`);

/** What a yes does, in one sentence. */
export function consequenceOf(approval: Approval): string {
  const { name, risk, input } = approval;
  const target = targetOf(approval);
  const to = target === null ? '' : ` to ${target}`;
  if (name === 'http_request') {
    const method = said(input['method']) ?? 'a request';
    return risk === 'read' ? `Asks${to}, which may tell others what you talk about` : `Sends ${method}${to}`;
  }
  if (approval.schedule) return `Works by itself: ${inOwnClock(approval.schedule.words)}`;
  if (approval.change) {
    const { name: schedule, words } = approval.change.before;
    if (name === 'update_schedule') return `Changes the schedule “${schedule}”`;
    return `${input['pause'] === true ? 'Pauses' : 'Stops'} “${schedule}”, ${inOwnClock(words)}`;
  }
  if (name === 'update_schedule') return 'Changes when this works by itself';
  if (name === 'cancel_schedule') return 'Stops working by itself';
  if (name === 'create_webhook')
    return `Lets ${schemes[said(input['scheme']) ?? ''] ?? 'something outside'} start work here`;
  if (name === 'remove_webhook') return 'Closes an address for good';
  if (name === 'remember') return 'Keeps this for all your conversations';
  if (name === 'archive_conversation') return 'Archives this conversation';
  const mail = /mail/i.test(name);
  switch (risk) {
    case 'send':
      return `Sends ${mail ? 'a mail' : 'something'}${to}${where(approval)}`;
    case 'destroy':
      return `Deletes something${where(approval)}. It may not come back`;
    case 'read':
      return `Looks at something${where(approval)}`;
    default:
      return `Changes something${where(approval)}`;
  }
}

export interface Verbs {
  yes: string;
  no: string;
}

const verbs: Readonly<Record<string, Verbs>> = {
  create_schedule: { yes: 'Start it', no: 'Don’t start' },
  update_schedule: { yes: 'Change it', no: 'Leave it' },
  cancel_schedule: { yes: 'Stop it', no: 'Let it go on' },
  create_webhook: { yes: 'Create it', no: 'Don’t create' },
  remove_webhook: { yes: 'Remove it', no: 'Keep it' },
};

/** Never "OK": what is pressed says what happens. */
export function verbsOf(approval: Approval): Verbs {
  const { name, risk } = approval;
  // As the person changed it: it may have been to be stopped.
  if (name === 'cancel_schedule' && approval.input['pause'] === true)
    return { yes: 'Pause it', no: 'Let it go on' };
  const own = verbs[name];
  if (own !== undefined) return own;
  if (risk === 'send' && /mail/i.test(name)) return { yes: 'Send this mail', no: 'Don’t send' };
  if (risk === 'send') return { yes: 'Send it', no: 'Don’t send' };
  if (risk === 'destroy') return { yes: 'Delete it', no: 'Don’t delete' };
  if (risk === 'read') return { yes: 'Let it look', no: 'Don’t' };
  return { yes: `Do it: ${plainName(name).toLowerCase()}`, no: 'Don’t' };
}

const reasons: Readonly<Record<string, string>> = {
  writes: 'Claude asks before it changes anything.',
  tainted: 'Claude asks because it has read text from outside, which may have put it up to this.',
  setting: 'You want to be asked before this tool is used.',
  unreviewed: 'Nobody has looked at this tool’s description yet.',
  unknown_before: 'An earlier call of this tool ended without anybody knowing whether it was carried out.',
  rule_spent: 'Your standing rule has no use left today.',
};

export const reasonWords = (reason: string): string => reasons[reason] ?? 'Claude asks before it does this.';

/** "2 mails, a web page" would guess: the names of the tools say it. */
export function outsideWords({ outside }: Approval): string | null {
  if (outside.length === 0) return null;
  const counts = new Map<string, number>();
  for (const { name } of outside) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => (count === 1 ? name : `${name} (${count} times)`)).join(', ');
}

/** One line for lists: what is asked. */
export const askWords = ({ approval, title }: Question): string =>
  approval === null ? title : consequenceOf(approval);

/** How it ended, in one line. `at` is the time in words. */
export function endWords(question: Question, end: QuestionEnd, at: string): string {
  const by = end.by === null ? '' : ` by you, ${end.by.device}${end.by.typed ? ', typed' : ''}`;
  const edited = end.input === null ? '' : ', edited';
  const rule = end.ruleId === null ? '' : ', standing rule made';
  switch (end.outcome) {
    case 'approved':
      return `Approved${by}${edited}${rule} · ${at}`;
    case 'rejected':
      return `Not approved${by}${end.reason ? `: “${end.reason}”` : ''} · ${at}`;
    case 'answered':
      return `Answered${by} · ${at}`;
    case 'expired':
      return question.approval === null
        ? `Not answered in time · ${at}`
        : `Expired, nothing was done · ${at}`;
    default:
      return `Taken back, nothing was done · ${at}`;
  }
}
