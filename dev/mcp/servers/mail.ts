/** "Demo mail": a made-up mailbox. Nothing is sent; what would have been is in the ledger. */
import { effect, reads, said, text, texts, type Tool, withPlanted, writes } from '../tool.ts';

export const mailTools: ReadonlyArray<Tool> = [
  {
    name: 'search_mail',
    title: 'Search mail',
    description: 'Finds mails (demo) whose sender, subject or text has all words of the query. Newest first.',
    inputSchema: texts('query'),
    annotations: reads,
    async run({ space, args }) {
      const words = said(args['query']).toLowerCase().split(/\s+/).filter(Boolean);
      const found = space.mails.filter(
        ({ archived, ...mail }) =>
          !archived && words.every((word) => Object.values(mail).join(' ').toLowerCase().includes(word)),
      );
      const lines = found.map(
        ({ id, date, from, subject }) => `${id}  ${date.slice(0, 10)}  ${from}  ${subject}`,
      );
      return text(
        withPlanted(lines.length === 0 ? 'No mail found.' : lines.join('\n'), space.planted.result),
      );
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
      return text(withPlanted(`${head}\n\n${body}`, space.planted.mail));
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
    (args, space) => {
      space.drafts.push(args);
      return `Draft kept for ${said(args['to'])}.`;
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
    (args) => `Sent to ${said(args['to'])}: "${said(args['subject'])}".`,
  ),
  effect(
    {
      name: 'archive_mail',
      title: 'Archive a mail',
      description: 'Takes a mail (demo) out of the inbox.',
      inputSchema: texts('id'),
      annotations: { ...writes, idempotentHint: true },
    },
    (args, space) => {
      const mail = space.mails.find(({ id }) => id === args['id']);
      if (mail !== undefined) mail.archived = true;
      return mail === undefined ? 'There is no such mail.' : `Archived "${mail.subject}".`;
    },
  ),
];
