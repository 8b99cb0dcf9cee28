import { v4 as uuidv4 } from 'uuid';
import { expect, it } from 'vitest';
import { env } from 'cloudflare:workers';
import { type RegistryEntry, user } from '#durable-objects/user/client.ts';
import { Me } from '#shared/protocol/account.ts';
import { Ticket } from '#shared/protocol/calls.ts';
import { UserFrame } from '#shared/protocol/user-events.ts';
import { newcomer, ORIGIN, problemOf } from '../test-browser.ts';

const upgrade = { upgrade: 'websocket' };

/** The frames of a socket, in order, as they come. */
function framesOf(response: Response) {
  const socket = response.webSocket;
  if (!socket) throw new Error(`no socket: ${response.status}`);
  const frames: UserFrame[] = [];
  const waiting: Array<(frame: UserFrame) => void> = [];
  socket.addEventListener('message', ({ data }) => {
    const frame = UserFrame.parse(JSON.parse(String(data)));
    const waiter = waiting.shift();
    if (waiter) waiter(frame);
    else frames.push(frame);
  });
  socket.accept();
  return () => {
    const frame = frames.shift();
    return frame ? Promise.resolve(frame) : new Promise<UserFrame>((resolve) => waiting.push(resolve));
  };
}

it('changes name and time zone, and only those', async () => {
  const ada = await newcomer();
  const changed = await ada.call('PATCH', '/api/me', {
    body: { name: '  Ada 🌍 ', timezone: 'America/New_York' },
  });
  expect(await changed.json()).toMatchObject({ user: { name: 'Ada 🌍', timezone: 'America/New_York' } });
  for (const body of [
    { timezone: 'Mars/Olympus' },
    { email: 'x@y.example' },
    { name: '' },
    { name: 'x'.repeat(101) },
  ])
    expect(await problemOf(await ada.call('PATCH', '/api/me', { body }))).toEqual([400, 'bad_request']);
  expect((await ada.call('PATCH', '/api/me')).status).toBe(200);
  const me = Me.parse(await (await ada.call('GET', '/api/me')).json());
  expect(me.user).toMatchObject({ name: 'Ada 🌍', timezone: 'America/New_York', email: ada.email });
});

it('keeps the list live over a WebSocket, opened with a ticket or a token', async () => {
  const ada = await newcomer();
  const ticketOf = async (browser = ada) =>
    Ticket.parse(await (await browser.call('POST', '/api/me/ticket')).json()).ticket;
  const events = (ticket: string, headers: Record<string, string> = {}) =>
    ada.call('GET', `/api/me/events?ticket=${encodeURIComponent(ticket)}`, {
      headers: { ...upgrade, ...headers },
    });

  const ticket = await ticketOf();
  // Refused before the ticket is used up.
  expect(await problemOf(await ada.call('GET', `/api/me/events?ticket=${ticket}`))).toEqual([
    426,
    'upgrade_required',
  ]);
  expect(await problemOf(await events(ticket, { origin: 'https://evil.example' }))).toEqual([
    403,
    'bad_origin',
  ]);
  const opened = await events(ticket, { origin: ORIGIN });
  expect(opened.status).toBe(101);
  const next = framesOf(opened);
  expect(await next()).toEqual({ live: true });
  const other = await newcomer();
  const swapped = (await ticketOf(other)).replace(/^.{32}/, ada.userId.replaceAll('-', ''));
  for (const bad of [ticket, 'x', '', swapped, ada.accessToken ?? ''])
    expect(await problemOf(await events(bad))).toEqual([401, 'unauthenticated']);

  const direct = await ada.call('GET', '/api/me/events', { headers: upgrade });
  expect(direct.status).toBe(101);
  const nextDirect = framesOf(direct);
  expect(await nextDirect()).toEqual({ live: true });

  const entry: RegistryEntry = {
    id: uuidv4(),
    rev: 1,
    kind: 'chat',
    title: 'Trip',
    status: 'active',
    waitingFor: null,
    working: false,
    lastOutcome: 'completed',
    preview: 'Here is the plan',
    lastReplySeq: 3,
    questions: [],
    nextRunAt: null,
    nextDueAt: null,
    createdAt: 1,
    updatedAt: 2,
  };
  await user(env, ada.userId).putConversation(entry);
  const heard = { conversation: expect.objectContaining({ id: entry.id, title: 'Trip', unread: true }) };
  expect([await next(), await nextDirect()]).toEqual([heard, heard]);
  const list = await ada.call('GET', '/api/conversations');
  expect(await list.json()).toMatchObject({ items: [{ id: entry.id, preview: 'Here is the plan' }] });
});
