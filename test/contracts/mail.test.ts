/** The real adapter for Resend against the local capture: what counts as sent, as hopeless, and as worth another try. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { nodeServer } from '#dev/stand-in/node-server.ts';
import { createCapture } from '#dev/mail/capture.ts';
import { receiveMail } from '#dev/mail/mailbox.ts';
import { makeResend } from '#shared/adapters/mail/resend.ts';
import type { Mail } from '#shared/core/mail/mail.ts';

let server: Server;
let url: string;

const mailerOf = (baseUrl: string, apiKey = 're_local_capture', from = 'Agentic Tasks <app@localhost>') =>
  makeResend({ from, resend: { apiKey, baseUrl } });

const mailTo = (to: string, id: string): Mail => ({
  id,
  to,
  subject: 'Confirm your address',
  text: 'Open http://localhost:8787/verify#tok',
  html: '<p>Open <a href="http://localhost:8787/verify#tok">it</a></p>',
});

async function tell(action: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/__control`, { method: 'POST', headers, body: JSON.stringify(action) });
  expect(response.status).toBe(200);
}

async function countTo(to: string): Promise<number> {
  const Listed = z.object({ mails: z.array(z.unknown()) });
  const response = await fetch(`${url}/__mails?${new URLSearchParams({ to })}`);
  return z.parse(Listed, await response.json()).mails.length;
}

beforeAll(async () => {
  server = nodeServer(createCapture().fetch);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  url = `http://localhost:${typeof address === 'object' && address ? address.port : 0}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it('sends a mail as it is, and the same id once however often it is sent', async () => {
  const mail = mailTo('ada@example.com', 'mail-1');
  const mailer = mailerOf(url);
  expect(await mailer.send(mail)).toEqual({ ok: true });
  expect(await mailer.send(mail)).toEqual({ ok: true });
  const { subject, text, html, token } = await receiveMail(url, { to: 'ada@example.com' });
  expect({ subject, text, html }).toEqual({ subject: mail.subject, text: mail.text, html: mail.html });
  expect(token).toBe('tok');
  expect(await countTo('ada@example.com')).toBe(1);
  expect(await mailer.send(mailTo('ada@example.com', 'mail-2'))).toEqual({ ok: true });
  expect(await countTo('ada@example.com')).toBe(2);
});

it('never sends another mail under an id that was used', async () => {
  const mail = mailTo('bo@example.com', 'mail-3');
  await mailerOf(url).send(mail);
  const other = await mailerOf(url).send({ ...mail, subject: 'Another' });
  expect(other).toEqual({ ok: false, retry: false, code: 'sent_before' });
  expect(await countTo('bo@example.com')).toBe(1);
});

it('waits for the answer to an earlier try, and sends nothing twice when that answer was lost', async () => {
  const mail = mailTo('ed@example.com', 'mail-8');
  await tell({ action: 'hold', to: mail.to });
  const first = mailerOf(url).send(mail);
  await tell({ action: 'await', held: 1 });
  expect(await mailerOf(url).send(mail)).toEqual({ ok: false, retry: true, code: 'in_progress' });
  await tell({ action: 'fail', status: 502, taken: true, to: mail.to });
  await tell({ action: 'release' });
  expect(await first).toEqual({ ok: false, retry: true, code: 'http_502' });
  expect(await mailerOf(url).send(mail)).toEqual({ ok: true });
  expect(await countTo(mail.to)).toBe(1);
});

it('gives up where no second try can help', async () => {
  const hopeless = { ok: false, retry: false };
  expect(await mailerOf(url).send(mailTo('no address', 'mail-4'))).toEqual({ ...hopeless, code: 'http_422' });
  expect(await mailerOf(url, 're_x', 'no sender').send(mailTo('cy@example.com', 'mail-5'))).toEqual({
    ...hopeless,
    code: 'http_422',
  });
  // A key of ours that is wrong can be put right, and the mail is still wanted then.
  expect(await mailerOf(url, 'other').send(mailTo('cy@example.com', 'mail-6'))).toEqual({
    ok: false,
    retry: true,
    code: 'http_403',
  });
  expect(await countTo('cy@example.com')).toBe(0);
});

it.each([429, 500, 503])('a %i may work later, with the same id', async (status) => {
  const mail = mailTo(`later-${status}@example.com`, `mail-${status}`);
  await tell({ action: 'fail', status, times: 1, to: mail.to });
  expect(await mailerOf(url).send(mail)).toEqual({ ok: false, retry: true, code: `http_${status}` });
  expect(await countTo(mail.to)).toBe(0);
  expect(await mailerOf(url).send(mail)).toEqual({ ok: true });
  expect(await countTo(mail.to)).toBe(1);
});

it('a service that cannot be reached may be there later', async () => {
  const other = nodeServer(createCapture().fetch);
  await once(other.listen(0, '127.0.0.1'), 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await new Promise((resolve) => void other.close(resolve)); // nobody listens there now
  const outcome = await mailerOf(`http://localhost:${port}`).send(mailTo('di@example.com', 'mail-7'));
  expect(outcome).toEqual({ ok: false, retry: true, code: 'unreachable' });
});
