/** "Demo mail": a made-up mailbox. Nothing is sent; what would have been is in the ledger. */
import { effect, object, reads, said, string, text, texts, type Tool, writes } from '../tool.ts';

const heads = object({
  mails: { type: 'array', items: object({ id: string, date: string, from: string, subject: string }) },
});

export const mailTools: ReadonlyArray<Tool> = [
  {
    name: 'search_mail',
    title: 'Search mail',
    description: 'Finds mails (demo) whose sender, subject or text has all words of the query. Newest first.',
    inputSchema: texts('query'),
    outputSchema: heads,
    annotations: reads,
    async run({ space, args }) {
      const words = said(args['query']).toLowerCase().split(/\s+/).filter(Boolean);
      const mails = space.mails
        .filter(({ archived, id: _id, ...mail }) => {
          const all = Object.values(mail).join(' ').toLowerCase();
          return !archived && words.every((word) => all.includes(word));
        })
        .map(({ id, date, from, subject }) => ({ id, date, from, subject }));
      const lines = mails.map(
        ({ id, date, from, subject }) => `${id}  ${date.slice(0, 10)}  ${from}  ${subject}`,
      );
      return { ...text(lines.join('\n') || 'No mail found.'), structuredContent: { mails } };
    },
  },
  {
    name: 'read_mail',
    title: 'Read a mail',
    description: 'One mail (demo) with its whole text.',
    inputSchema: texts('id'),
    annotations: reads,
    async run({ space, args }) {
      const mail = space.mails.find(({ id }) => id === args['id']);
      if (mail === undefined) return text(`There is no mail ${said(args['id'])}.`, true);
      const { from, to, date, subject, body } = mail;
      const head = `From: ${from}\nTo: ${to}\nDate: ${date}\nSubject: ${subject}`;
      return text([head, body, ...space.planted('mail', 'read_mail')].join('\n\n'));
    },
  },
  effect(
    {
      name: 'create_draft',
      title: 'Draft a mail',
      description: 'Keeps a draft (demo) in the mailbox.',
      inputSchema: texts('to', 'subject', 'body'),
      annotations: writes,
    },
    {
      act(args, space) {
        space.drafts.push(args);
        return `Draft kept for ${said(args['to'])}.`;
      },
    },
  ),
  effect(
    {
      name: 'send_mail',
      title: 'Send mail',
      description: 'Sends a mail (demo: it goes nowhere, and stands on the page of the demo tools).',
      inputSchema: texts('to', 'subject', 'body', 'idempotency_key?'),
      annotations: { ...writes, openWorldHint: true },
    },
    { act: (args) => `Sent to ${said(args['to'])}: "${said(args['subject'])}".` },
  ),
  effect(
    {
      name: 'archive_mail',
      title: 'Archive a mail',
      description: 'Takes a mail (demo) out of the inbox.',
      inputSchema: texts('id'),
      annotations: { ...writes, idempotentHint: true },
    },
    {
      refuse: (args, space) =>
        space.mails.some(({ id }) => id === args['id']) ? null : `There is no mail ${said(args['id'])}.`,
      act(args, space) {
        const mail = space.mails.find(({ id }) => id === args['id']);
        if (mail !== undefined) mail.archived = true;
        return `Archived "${mail?.subject}".`;
      },
    },
  ),
];
