/** The process dies at every step of a turn with three writing tools: nothing twice, and what nobody knows is said. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { v4 as uuidv4 } from 'uuid';
import { beforeAll, describe, expect, it } from 'vitest';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';
import { DemoTools } from '#test/workers/tools.ts';
import { newcomer } from '#worker/test-browser.ts';
import { conversation } from './client.ts';

beforeAll(() => standIn.hurry());

const die = async (id: string): Promise<void> => {
  await runInDurableObject(conversation(env, id), (_object, state) => state.abort('the process died')).catch(
    () => {},
  );
};

const writers = ['write_note', 'send_message', 'delete_note'] as const;
const calls = [
  { type: 'tool_use', name: 'modern__write_note', input: { text: 'a' } },
  { type: 'tool_use', name: 'modern__send_message', input: { to: 'bob', text: 'b' } },
  { type: 'tool_use', name: 'modern__delete_note', input: { id: 'c' } },
];

/** A turn in which the process dies while a call of `tool` waits before or after its effect. */
async function dying(tool: (typeof writers)[number], when: 'before' | 'after', setting: 'auto' | 'ask') {
  const ada = await newcomer();
  const tools = new DemoTools();
  await tools.allow(ada, await tools.connect(ada, 'modern'), setting);
  const words = `three things ${uuidv4()}`;
  await standIn.reply(words, calls);
  await tools.control({ action: 'hold', tool, when });
  const talk = await Talk.begin(ada, words);
  if (setting === 'ask') {
    const first = await talk.watch();
    await first.ended();
    first.socket.close();
    for (const { id } of (await talk.get()).questions)
      await talk.call('POST', `/questions/${id}/answer`, { decision: 'approve' });
  }
  await tools.control({ action: 'await', held: 1 });
  await die(talk.id);
  await tools.control({ action: 'release' });
  const watcher = await talk.watch();
  await runDurableObjectAlarm(conversation(env, talk.id));
  const results = () => watcher.events.flatMap((event) => (event.type === 'tool_ended' ? [event] : []));
  await watcher.until(({ events }) => results().length >= 3 && events.at(-1)?.type !== 'tool_ended');
  await watcher.until(() => watcher.transcript.turnId === null);
  const told = new Map(results().map(({ name, outcome }) => [name.replace('modern__', ''), outcome]));
  return { effects: await tools.effects(), told, count: results().length };
}

describe('a death in the middle of three writing calls', () => {
  for (const setting of ['auto', 'ask'] as const)
    for (const tool of writers)
      for (const when of ['before', 'after'] as const)
        it(`${when} the effect of ${tool}, set to ${setting}: none twice, none hidden`, async () => {
          const { effects, told, count } = await dying(tool, when, setting);
          const names = effects.map((effect) => effect.tool);
          expect(new Set(names).size).toBe(names.length);
          expect(count).toBe(3);
          // Whatever happened is shown as done, or as something that nobody knows for sure.
          for (const name of names) expect(['ok', 'unknown']).toContain(told.get(name));
          // The one that takes a key was simply made again with it.
          expect(told.get('write_note')).toBe('ok');
          expect(names).toContain('write_note');
        });
});
