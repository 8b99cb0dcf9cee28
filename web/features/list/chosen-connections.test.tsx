import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Conversation } from '#shared/protocol/conversation.ts';
import { UserContext } from '#web/app/signed-in.ts';
import { ada, refusal, serve, signIn } from '#web/test-server.ts';
import { connectionOf, idOf, summaryOf } from '#shared/protocol/fixtures.ts';
import { ChosenConnections, meaning } from './chosen-connections.tsx';

const [mail, trips] = [idOf(60), idOf(61)];

/** Every test has a conversation of its own: what was heard of one is remembered beyond the test. */
function open(number: number, connections: string[] | null, answers: Parameters<typeof serve>[0] = {}) {
  const summary = summaryOf(number, 'Trips');
  const conversation: Conversation = {
    ...summary,
    titleBy: 'user',
    model: { name: 'claude', demo: true },
    turnId: null,
    question: null,
    connections,
    schedules: [],
    usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, cost: 0 },
    lastSeq: 1,
  };
  const place = `/api/conversations/${summary.id}`;
  const asked = serve({
    [`GET ${place}`]: Response.json({ conversation }),
    'GET /api/connections': Response.json({
      items: [connectionOf(), connectionOf({ id: trips, slug: 'trips', name: 'Demo trips' })],
    }),
    [`PATCH ${place}`]: ({ body }) =>
      Response.json({ conversation: { ...conversation, ...(body as Partial<Conversation>) } }),
    ...answers,
  });
  signIn();
  render(
    <UserContext value={ada}>
      <ChosenConnections of={summary} />
    </UserContext>,
  );
  const sent = () => asked.filter(({ what }) => what === `PATCH ${place}`).map(({ body }) => body);
  return { sent, place };
}
const isOn = async (name: string) => (await screen.findByRole<HTMLInputElement>('switch', { name })).checked;
const press = async (name: string) => fireEvent.click(await screen.findByRole('switch', { name }));

test('all is where it begins; one that is turned off leaves the others, and all can be had back', async () => {
  const { sent } = open(171, null);
  expect([await isOn('All connections'), await isOn('Demo mail'), await isOn('Demo trips')]).toEqual([
    true,
    true,
    true,
  ]);
  expect(screen.getByText(/and what you connect later/)).toBeTruthy();
  await press('Demo mail');
  expect([await isOn('All connections'), await isOn('Demo mail'), await isOn('Demo trips')]).toEqual([
    false,
    false,
    true,
  ]);
  await press('Demo trips');
  expect(screen.getByText(/none of your connections/)).toBeTruthy();
  await press('All connections');
  expect(await isOn('Demo mail')).toBe(true);
  await waitFor(() =>
    expect(sent()).toEqual([{ connections: [trips] }, { connections: [] }, { connections: null }]),
  );
});

test('a choice that could not be kept is taken back, with a word', async () => {
  open(172, [mail], { [`PATCH /api/conversations/${summaryOf(172, '').id}`]: refusal('unavailable') });
  await press('Demo trips');
  expect((await screen.findByRole('alert')).textContent).toMatch(/try again/);
  expect(await isOn('Demo trips')).toBe(false);
  expect(await isOn('Demo mail')).toBe(true);
});

test('what was disconnected since is no part of the next choice', async () => {
  const { sent } = open(173, [idOf(99), mail]);
  await press('Demo trips');
  await waitFor(() => expect(sent()).toEqual([{ connections: [mail, trips] }]));
});

test('it says in one sentence what it comes to', () => {
  expect(meaning(['a'], 3)).toBe('It may use 1 of your 3 connections, and none that you connect later.');
});
