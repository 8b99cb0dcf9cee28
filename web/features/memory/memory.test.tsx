import { act, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Memory } from '#shared/protocol/connection.ts';
import { UserContext } from '#web/app/signed-in.ts';
import { UNDO_MS } from '#web/data/memory.ts';
import { ada, done, refusal, serve, signIn } from '#web/test-server.ts';
import { idOf } from '#shared/protocol/fixtures.ts';
import { foundIn, MemorySection } from './memory.tsx';

const memory = (number: number, text: string, more: Partial<Memory> = {}): Memory => ({
  id: idOf(number),
  text,
  outside: false,
  conversationId: null,
  createdAt: '2026-11-20T10:00:00.000Z',
  updatedAt: `2026-11-20T10:${String(number).padStart(2, '0')}:00.000Z`,
  ...more,
});

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => vi.useRealTimers());

async function open(items: Memory[], answers: Parameters<typeof serve>[0] = {}) {
  const asked = serve({ 'GET /api/memory': Response.json({ items }), ...answers });
  signIn();
  const { unmount } = render(
    <UserContext value={ada}>
      <MemorySection />
    </UserContext>,
  );
  await screen.findAllByText(items[0]?.text ?? 'Nothing is kept yet');
  return { asked, unmount };
}
const deletes = (asked: Array<{ what: string }>) => asked.filter(({ what }) => what.startsWith('DELETE'));
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

test('forgetting is sent after five seconds and not before; undo sends nothing', async () => {
  const kept = memory(1, 'Likes tea');
  const { asked } = await open([kept], { [`DELETE /api/memory/${kept.id}`]: done });
  fireEvent.click(screen.getByRole('button', { name: 'Forget' }));
  expect(document.activeElement, 'where it was pressed').toBe(screen.getByRole('button', { name: 'Undo' }));
  await pass(UNDO_MS - 1_000);
  fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
  await pass(UNDO_MS * 2);
  expect(deletes(asked)).toEqual([]);
  expect(screen.getByText('Likes tea')).toBeTruthy();

  fireEvent.click(screen.getByRole('button', { name: 'Forget' }));
  await pass(UNDO_MS + 10);
  expect(deletes(asked)).toHaveLength(1);
  expect(await screen.findByText('Nothing is kept yet')).toBeTruthy();
});

test('what is being forgotten is forgotten although the page is left meanwhile, once', async () => {
  const kept = memory(2, 'Likes coffee');
  const { asked, unmount } = await open([kept], { [`DELETE /api/memory/${kept.id}`]: done });
  const served = fetch;
  const lasting: unknown[] = [];
  vi.stubGlobal('fetch', (address: string, init: RequestInit) => {
    lasting.push(init.keepalive);
    return served(address, init);
  });
  fireEvent.click(screen.getByRole('button', { name: 'Forget' }));
  unmount();
  window.dispatchEvent(new Event('pagehide'));
  await pass(UNDO_MS * 2);
  expect(deletes(asked)).toHaveLength(1);
  expect(lasting, 'goes out although the page is gone').toEqual([true]);
});

test('what is on its way cannot be taken back, and does not look as if it had been', async () => {
  const kept = memory(7, 'Likes juice');
  await open([kept], { [`DELETE /api/memory/${kept.id}`]: done });
  fireEvent.click(screen.getByRole('button', { name: 'Forget' }));
  act(() => void vi.advanceTimersByTime(UNDO_MS));
  fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
  expect(screen.queryByRole('button', { name: 'Forget' })).toBeNull();
  expect(await screen.findByText('Nothing is kept yet')).toBeTruthy();
});

test('what could not be forgotten comes back', async () => {
  const kept = memory(3, 'Likes water');
  await open([kept], { [`DELETE /api/memory/${kept.id}`]: refusal('unavailable') });
  fireEvent.click(screen.getByRole('button', { name: 'Forget' }));
  await pass(UNDO_MS + 10);
  expect(await screen.findByRole('button', { name: 'Forget' })).toBeTruthy();
});

test('a change is made in place; Escape leaves it as it was', async () => {
  const kept = memory(4, 'Likes milk', { outside: true, conversationId: idOf(90) });
  const { asked } = await open([kept], {
    [`PATCH /api/memory/${kept.id}`]: Response.json({ memory: { ...kept, text: 'Likes oat milk' } }),
  });
  expect(screen.getByText('from outside')).toBeTruthy();
  expect(screen.getByRole<HTMLAnchorElement>('link').getAttribute('href')).toBe(`/c/${idOf(90)}`);
  fireEvent.click(screen.getByRole('button', { name: 'Change' }));
  fireEvent.keyDown(screen.getByRole('textbox'), { key: 'Escape' });
  expect(screen.getByText('Likes milk')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Change' }));
  fireEvent.change(screen.getByRole('textbox'), { target: { value: ' Likes oat milk ' } });
  fireEvent.click(screen.getByRole('button', { name: 'Keep this' }));
  expect(await screen.findByText('Likes oat milk')).toBeTruthy();
  expect(asked.find(({ what }) => what.startsWith('PATCH'))?.body).toEqual({ text: 'Likes oat milk' });
});

test('everything is forgotten only after it was said again', async () => {
  const { asked } = await open([memory(5, 'One'), memory(6, 'Two')], { 'DELETE /api/memory': done });
  fireEvent.click(screen.getByRole('button', { name: 'Forget everything…' }));
  expect(deletes(asked)).toEqual([]);
  fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Forget all 2' }));
  expect(await screen.findByText('Nothing is kept yet')).toBeTruthy();
});

test('a search wants every word, in any case, and keeps the newest first', () => {
  const all = [
    memory(1, 'Rebecca does the accounts'),
    memory(9, 'REBECCA likes tea'),
    memory(5, 'Tea at five'),
  ];
  const texts = (typed: string) => foundIn(all, typed).map(({ text }) => text);
  expect(texts('rebecca')).toEqual(['REBECCA likes tea', 'Rebecca does the accounts']);
  expect(texts('  tea rebecca ')).toEqual(['REBECCA likes tea']);
  expect(texts('')).toHaveLength(3);
  expect(texts('nothing')).toEqual([]);
});
