/** The sub-agents of a daily run, played by the demo model. */
import { say, type Draft } from '../../reply/draft.ts';
import type { Speaker } from '../speaker.ts';
import type { View } from '../view.ts';
import { calling, offered, resultOf } from './call.ts';

type Play = (view: View) => Draft | undefined;

const complete = (view: View, result: string, evidence: ReadonlyArray<{ type: string; text: string }>) =>
  calling(view, 'complete_task', { result, evidence: evidence.map((each) => ({ ...each })) });

const receipts: Play = (view) => {
  const found = resultOf(view, 'search_mail');
  if (view.step === 0) return calling(view, 'search_mail', { query: 'American Airlines receipt' });
  if (found !== undefined) {
    const id = /^(\S+)\s/.exec(found.text)?.[1];
    return id === undefined || found.isError
      ? calling(view, 'fail_task', { error: 'There is no such mail.', retryable: false })
      : calling(view, 'read_mail', { id });
  }
  const mail = resultOf(view, 'read_mail');
  if (mail === undefined) return undefined;
  const code = /locator: (\w+)/.exec(mail.text)?.[1] ?? 'unknown';
  return complete(view, `Receipt ${code} of American Airlines found.`, [{ type: 'id', text: code }]);
};

/** Writes one mail, and says how far it is before. */
const mails =
  (name: string, subject: string, body: string): Play =>
  (view) => {
    if (view.step === 0)
      return calling(view, 'report_progress', { percent: 40, text: 'The mail is written.' });
    const to = `${name.toLowerCase()}@example.com`;
    if (resultOf(view, 'report_progress') !== undefined)
      return calling(view, 'send_mail', { to, subject, body: `Hi ${name},\n\n${body}\n\nBest regards` });
    const sent = resultOf(view, 'send_mail');
    if (sent === undefined) return undefined;
    return sent.isError
      ? calling(view, 'fail_task', { error: sent.text.slice(0, 300), retryable: false })
      : complete(view, sent.text, [{ type: 'id', text: `mail to ${to}` }]);
  };

const answers = mails('Rebecca', 'Your receipts', 'your receipts are being collected.');

/** "Write to Bob": one mail to whoever is named. */
const writes: Play = (view) =>
  mails(/^Your task: Write to (\w+)/.exec(view.newest)?.[1] ?? 'Bob', 'News', 'all is well.')(view);

const photos: Play = (view) => {
  if (view.step === 0) return calling(view, 'search_photos', { place: 'Japan' });
  const found = resultOf(view, 'search_photos');
  const [count = '', first = ''] = found?.text.split('\n') ?? [];
  // In a dry run nothing was found.
  const [id = ''] = first.split(' ');
  return found && complete(view, count, id === '' ? [] : [{ type: 'id', text: id }]);
};

const outline: Play = (view) => {
  if (view.step === 0)
    return calling(view, 'write_file', {
      name: 'outline.md',
      content: '# The day\n\n1. Receipts\n2. Photos\n3. Rest\n',
    });
  const written = resultOf(view, 'write_file');
  const id = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(written?.text ?? '')?.[0] ?? 'outline.md';
  return written && complete(view, 'The outline is in a file.', [{ type: 'artifact', text: id }]);
};

const prices: Play = (view) =>
  view.step === 0
    ? calling(view, 'fail_task', {
        error: 'The price service does not answer.',
        retryable: true,
        proposal: { action: 'drop', text: 'The prices can wait until tomorrow.' },
      })
    : undefined;

const anything: Play = (view) => {
  if (view.step === 0) return calling(view, 'report_progress', { percent: 50, text: 'Half of it is done.' });
  return complete(view, 'Done as far as I can tell.', []);
};

const plays: ReadonlyArray<readonly [RegExp, Play]> = [
  [/^Your task: Find flight receipts/, receipts],
  [/^Your task: Answer Rebecca/, answers],
  [/^Your task: Write to /, writes],
  [/^Your task: Pick photos/, photos],
  [/^Your task: Write the outline/, outline],
  [/^Your task: Check the flight prices/, prices],
  [/price service/, prices],
  [/^Your task: /, anything],
];

/** The words that its work began with. */
const taskOf = ({ earlier }: View): string => earlier.findLast((said) => !/^Warning: /m.test(said)) ?? '';

export const agentFlow: Speaker = {
  name: 'works on one task of a daily run',
  speak: (view) => {
    if (offered(view, 'complete_task') !== 'complete_task') return undefined;
    if (resultOf(view, 'complete_task') !== undefined) return say('Done.');
    if (resultOf(view, 'fail_task') !== undefined) return say('That try has failed.');
    const warned = /^Warning: /m.test(view.newest);
    if (warned && view.outcomes.length === 0) return say('I bring it to an end.');
    // Heard in the middle of its work, it finishes what it is at.
    const at = warned ? { ...view, newest: taskOf(view), step: 1 } : view;
    return plays.find(([which]) => which.test(at.newest))?.[1](at);
  },
};
