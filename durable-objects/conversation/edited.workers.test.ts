/** A call that a person changes before their yes: what it would do then is told first, and what cannot be done is no yes. */
import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { ChangePreview, SchedulePreview } from '#shared/protocol/schedule.ts';
import { newcomer } from '#worker/test-browser.ts';
import { beginAtNoon } from '#test/workers/noon.ts';
import { scheduled } from '#test/workers/schedules.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { Talk } from '#test/workers/talk.ts';

beginAtNoon();

const Effect = z.object({ schedule: z.optional(SchedulePreview), change: z.optional(ChangePreview) });
const Refusal = z.object({ code: z.string(), detail: z.string() });

/** A conversation whose model asks for this call. */
async function asked(name: string, input: (talk: Talk) => Promise<Record<string, unknown>>) {
  const talk = await Talk.begin(await newcomer());
  const watcher = await talk.watch();
  const call = await input(talk);
  await standIn.reply(`please ${talk.id}`, [{ type: 'tool_use', name, input: call }]);
  await talk.say(`please ${talk.id}`);
  await watcher.ended();
  const { question } = await talk.get();
  const path = `/questions/${question?.id}`;
  const approve = (edited: object) =>
    talk.call('POST', `${path}/answer`, {
      decision: 'approve',
      hash: question?.approval?.hash,
      input: edited,
    });
  const preview = (edited: object) => talk.call('POST', `${path}/preview`, { input: edited });
  const results = () =>
    watcher.transcript.messages.flatMap(({ content }) =>
      content.flatMap((block) => (block.type === 'tool_result' ? [block.text] : [])),
    );
  return { talk, watcher, question, call, approve, preview, results };
}

const changed = () =>
  asked('update_schedule', async (talk) => ({
    id: (await scheduled(talk, { cron: '0 8 * * *', timezone: 'UTC' })).id,
    cron: '30 9 * * *',
  }));

it('tells what an edited change would do, refuses a yes to what cannot be done, and does what was shown', async () => {
  const { talk, watcher, question, call, approve, preview, results } = await changed();
  expect(Effect.parse(await (await preview(call)).json())).toEqual({ change: question?.approval?.change });
  const edited = { ...call, cron: '0 10 * * 1-5' };
  const { change } = Effect.parse(await (await preview(edited)).json());
  expect(change?.before.words).toBe('every day at 08:00');
  expect(change?.after.words).toBe('every weekday at 10:00');
  // 24 November 2037 at noon is a Tuesday.
  expect(change?.fires).toEqual(
    [25, 26, 27, 30].map((day) => `2037-11-${day}T10:00:00.000Z`).concat('2037-12-01T10:00:00.000Z'),
  );

  for (const [part, why] of [
    [{ cron: '0 8 30 2 *' }, '30 February'],
    [{ cron: '* * * * * *' }, 'once a minute is the most'],
    [{ cron: 'now' }, 'five fields'],
    [{ timezone: 'Europe/Atlantis' }, 'There is no time zone'],
    [{ id: talk.id }, 'Which schedule it is about stays.'],
  ] as const) {
    const bad = { ...call, ...part };
    for (const response of [await preview(bad), await approve(bad)]) {
      expect([part, response.status]).toEqual([part, 422]);
      const refused = Refusal.parse(await response.json());
      expect([refused.code, refused.detail]).toEqual(['bad_schedule', expect.stringContaining(why)]);
    }
  }
  // Nothing was decided by that, and nothing written.
  const still = await talk.get();
  expect(still.question?.id).toBe(question?.id);
  expect(still.schedules).toMatchObject([{ words: 'every day at 08:00' }]);

  expect((await approve(edited)).status).toBe(202);
  await watcher.ended(2);
  expect(results().at(-1)).toBe('Changed.');
  const [schedule] = (await talk.get()).schedules;
  expect([schedule?.words, schedule?.nextAt]).toEqual(['every weekday at 10:00', change?.fires[0]]);
  expect((await preview(edited)).status).toBe(410);
  const closed = watcher.transcript.questions[question?.id ?? ''];
  expect(closed?.end).toMatchObject({
    input: edited,
    change: { after: { words: 'every weekday at 10:00' } },
  });
});

it('tells the model what became of a yes that came too late, and writes nothing', async () => {
  const { talk, watcher, question, call, results } = await changed();
  await talk.call('DELETE', `/schedules/${String(call['id'])}`);
  await talk.call('POST', `/questions/${question?.id}/answer`, { decision: 'approve' });
  await watcher.ended(2);
  expect(results().at(-1)).toContain('There is no schedule');
  expect((await talk.get()).schedules).toEqual([]);
});

it('judges an edited proposal in the same way', async () => {
  const input = { name: 'News', instruction: 'Look for news', cron: '0 8 * * *', timezone: 'UTC' };
  const { talk, watcher, question, approve, preview } = await asked('create_schedule', async () => input);
  expect(Effect.parse(await (await preview(input)).json())).toEqual({
    schedule: question?.approval?.schedule,
  });
  const bad = await approve({ ...input, cron: '0 8 30 2 *' });
  expect([bad.status, Refusal.parse(await bad.json()).code]).toEqual([422, 'bad_schedule']);
  expect((await talk.get()).schedules).toEqual([]);
  const good = { ...input, cron: '0 9 * * *', count: 2 };
  const { schedule } = Effect.parse(await (await preview(good)).json());
  expect([schedule?.words, schedule?.fires.length, schedule?.ends]).toEqual(['every day at 09:00', 2, true]);
  expect((await approve(good)).status).toBe(202);
  await watcher.ended(2);
  expect((await talk.get()).schedules).toMatchObject([{ words: 'every day at 09:00', count: 2 }]);
});
