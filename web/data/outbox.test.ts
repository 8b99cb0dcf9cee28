import { describe, expect, test } from 'vitest';
import { ProblemError } from '#shared/client/problem-error.ts';
import { createOutbox, type Outgoing } from './outbox.ts';

const conversationId = '019a0000-0000-7000-8000-00000000000c';
const idOf = (n: number) => `019a0000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const said = (n: number, more: Partial<Outgoing> = {}) => ({
  id: idOf(n),
  conversationId,
  text: `message ${n}`,
  createdAt: '2026-11-21T10:00:00.000Z',
  creates: false,
  ...more,
});
const refusal = (code: string, status: number) => new ProblemError({ code, status, title: code });
const offline = () => refusal('offline', 0);

/** A browser's storage that outlives the page, and a network that answers when it is told to. */
function world() {
  const stored = new Map<string, string>();
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  };
  const sent: string[] = [];
  const answers: Array<Error | null> = [];
  const timers: Array<{ run: () => void; ms: number }> = [];
  let queue = Promise.resolve<unknown>(undefined);
  /** A page: the same storage and the same lock over all of them. */
  const open = () =>
    createOutbox({
      storage,
      key: 'outbox:me',
      alone: (run) => {
        const next = queue.then(run);
        queue = next.catch(() => undefined);
        return next;
      },
      setTimeout: (run, ms) => timers.push({ run, ms }),
      send: async ({ id }) => {
        sent.push(id);
        const answer = answers.shift();
        if (answer) throw answer;
      },
    });
  const settle = async () => {
    for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
  };
  return { open, sent, answers, timers, stored, settle };
}
const states = (items: ReadonlyArray<Outgoing>) => items.map(({ id, state }) => [id, state]);

describe('the outbox', () => {
  test('a message that was not taken keeps its files over a reload, and a retry names them again', async () => {
    const w = world();
    const files = [{ id: idOf(90), name: 'notes.txt', type: 'text/plain', size: 5 }];
    w.answers.push(refusal('unavailable', 503));
    w.open().add(said(1, { files }));
    await w.settle();
    const again = w.open();
    expect(again.get()).toMatchObject([{ state: 'failed', files }]);
    again.retry(idOf(1));
    await w.settle();
    expect(again.get()).toMatchObject([{ state: 'taken', files }]);
    expect(w.sent).toEqual([idOf(1), idOf(1)]);
  });

  test('sends in order, keeps what was taken until it arrives, and leaves nothing behind', async () => {
    const w = world();
    const outbox = w.open();
    outbox.add(said(1));
    outbox.add(said(2));
    expect(w.stored.get('outbox:me')).toContain(idOf(2));
    await w.settle();
    expect(w.sent).toEqual([idOf(1), idOf(2)]);
    expect(states(outbox.get())).toEqual([
      [idOf(1), 'taken'],
      [idOf(2), 'taken'],
    ]);
    expect(w.stored.size, 'what the server has is not sent again after a reload').toBe(0);
    outbox.arrived((id) => id === idOf(1));
    expect(states(outbox.get())).toEqual([[idOf(2), 'taken']]);
  });

  test('without a network it waits, tries again by itself at growing distances, and keeps the order', async () => {
    const w = world();
    w.answers.push(offline(), offline());
    const outbox = w.open();
    outbox.add(said(1));
    outbox.add(said(2));
    await w.settle();
    expect(states(outbox.get())).toEqual([
      [idOf(1), 'waiting'],
      [idOf(2), 'waiting'],
    ]);
    w.timers.shift()?.run();
    await w.settle();
    expect(w.timers.map(({ ms }) => ms)).toEqual([2000]);
    w.timers.shift()?.run();
    await w.settle();
    expect(w.sent).toEqual([idOf(1), idOf(1), idOf(1), idOf(2)]);
    expect(outbox.get().every(({ state }) => state === 'taken')).toBe(true);
  });

  test('survives a reload with the same id, so that a lost answer cannot double a message', async () => {
    const w = world();
    w.answers.push(offline());
    w.open().add(said(1));
    await w.settle();
    const reloaded = w.open();
    expect(states(reloaded.get())).toEqual([[idOf(1), 'waiting']]);
    expect(reloaded.get()[0]?.text).toBe('message 1');
    await reloaded.flush();
    expect(w.sent).toEqual([idOf(1), idOf(1)]);
    expect(w.stored.size).toBe(0);
  });

  test('a refusal keeps the text with its reason; retry sends the same id, delete forgets it', async () => {
    const w = world();
    w.answers.push(refusal('queue_full', 409), refusal('too_large', 413));
    const outbox = w.open();
    outbox.add(said(1));
    outbox.add(said(2));
    await w.settle();
    expect(outbox.get().map(({ state, code }) => [state, code])).toEqual([
      ['failed', 'queue_full'],
      ['failed', 'too_large'],
    ]);
    expect(w.open().get()[0], 'also after a reload').toMatchObject({ state: 'failed', code: 'queue_full' });
    outbox.retry(idOf(1));
    outbox.remove(idOf(2));
    await w.settle();
    expect(w.sent).toEqual([idOf(1), idOf(2), idOf(1)]);
    expect(states(outbox.get())).toEqual([[idOf(1), 'taken']]);
  });

  test('nothing goes into a conversation that could not be started, other conversations are not held up', async () => {
    const w = world();
    w.answers.push(refusal('internal', 500));
    const outbox = w.open();
    const other = '019a0000-0000-7000-8000-00000000000d';
    outbox.add(said(1, { creates: true }));
    outbox.add(said(2));
    outbox.add(said(3, { conversationId: other }));
    await w.settle();
    expect(w.sent).toEqual([idOf(1), idOf(3)]);
    outbox.retry(idOf(1));
    await w.settle();
    expect(w.sent).toEqual([idOf(1), idOf(3), idOf(1), idOf(2)]);
  });

  test('a session that is over is no fault of the message: it waits for the next sign-in', async () => {
    const w = world();
    w.answers.push(refusal('refresh_invalid', 401));
    const outbox = w.open();
    outbox.add(said(1));
    await w.settle();
    expect(states(outbox.get())).toEqual([[idOf(1), 'waiting']]);
    expect(w.timers, 'no clock can help').toEqual([]);
    await outbox.flush();
    expect(w.sent).toHaveLength(2);
  });

  test('two tabs agree on what is left, and a storage full of nonsense is no message', async () => {
    const w = world();
    w.answers.push(offline());
    const one = w.open();
    const two = w.open();
    one.add(said(1));
    await w.settle();
    two.reload();
    expect(states(two.get())).toEqual([[idOf(1), 'waiting']]);
    one.remove(idOf(1));
    two.reload();
    expect(two.get()).toEqual([]);

    for (const nonsense of ['{', '{"id":1}', '[{"id":"x"}]']) {
      w.stored.set('outbox:me', nonsense);
      expect(w.open().get()).toEqual([]);
    }
  });
});
