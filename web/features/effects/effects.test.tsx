import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { EffectLine } from '#shared/protocol/connection.ts';
import { UserContext } from '#web/app/signed-in.ts';
import { ada, serve, signIn } from '#web/test-server.ts';
import { idOf, summaryOf } from '#shared/protocol/fixtures.ts';
import { EffectsSection } from './effects.tsx';

const line = (number: number, more: Partial<EffectLine> = {}): EffectLine => ({
  callId: idOf(number),
  conversationId: idOf(31),
  conversationTitle: 'Receipts',
  turnId: idOf(80),
  toolKey: 'k',
  title: `Call ${number}`,
  connection: 'Demo mail',
  risk: 'send',
  summary: 'to rebecca@example.com',
  allowedBy: 'person',
  decidedBy: 'Firefox on Linux',
  outcome: 'ok',
  at: '2026-11-20T10:00:00.000Z',
  endedAt: null,
  ...more,
});

function open(pages: Record<string, unknown>) {
  const asked: string[] = [];
  serve({});
  const plain = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const { pathname, searchParams } = new URL(String(input), 'http://app.test');
    if (pathname === '/api/conversations')
      return Response.json({ items: [summaryOf(31, 'Receipts'), summaryOf(32, 'Trips')], nextCursor: null });
    if (pathname !== '/api/effects') return plain(input, init);
    const key = `${searchParams.get('conversationId') ?? 'all'} ${searchParams.get('cursor') ?? 'first'}`;
    asked.push(key);
    return Response.json(pages[key] ?? { items: [], nextCursor: null });
  };
  signIn();
  render(
    <UserContext value={ada}>
      <EffectsSection />
    </UserContext>,
  );
  return asked;
}

test('each line says what, where, how it ended and who let it run; more comes page by page', async () => {
  const asked = open({
    'all first': { items: [line(1), line(2, { outcome: 'unknown' })], nextCursor: 'next' },
    'all next': { items: [line(3)], nextCursor: null },
  });
  expect((await screen.findByText('Call 1')).closest('tr')?.textContent).toMatch(
    /Call 1 · Demo mailto rebecca@example.comReceiptsDoneapproved by you, Firefox on Linux/,
  );
  expect(screen.getByText(/Outcome unknown/).getAttribute('data-tone')).toBe('waiting');
  fireEvent.click(screen.getByRole('button', { name: 'Show more' }));
  await screen.findByText('Call 3');
  expect(screen.getByText('Call 1'), 'what was there stays').toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
  expect(asked).toEqual(['all first', 'all next']);
});

test('it can be narrowed to one conversation, and says honestly when nothing was done in it', async () => {
  const asked = open({ 'all first': { items: [line(1)], nextCursor: null } });
  await screen.findByText('Call 1');
  await waitFor(() => expect(screen.getAllByRole('option')).toHaveLength(3));
  fireEvent.change(screen.getByLabelText('Conversation'), { target: { value: idOf(32) } });
  expect(await screen.findByText('Nothing was done in this conversation')).toBeTruthy();
  expect(asked.at(-1)).toBe(`${idOf(32)} first`);
});
