/** What an export holds of the daily run. */
import { env } from 'cloudflare:workers';
import { v4 as uuidv4 } from 'uuid';
import { afterEach, expect, it, vi } from 'vitest';
import { dailyRun } from '#durable-objects/daily-run/client.ts';
import { usualSettings } from '#shared/core/daily/window.ts';
import { opened } from '#test/workers/export-archive.ts';
import { standIn } from '#test/workers/stand-in.ts';
import { unzip } from '#test/workers/unzip.ts';
import { newcomer } from '../test-browser.ts';

afterEach(() => vi.useRealTimers());

it('holds the daily runs whole: settings, tasks, and the report', async () => {
  await standIn.hurry();
  vi.useFakeTimers({ toFake: ['Date'] });
  const ada = await newcomer();
  await ada.call('PUT', '/api/daily/settings', { body: { ...usualSettings, style: 'Plants first' } });
  const id = uuidv4();
  await ada.call('POST', '/api/daily/runs', { body: { id } });
  await ada.call('POST', `/api/daily/runs/${id}/tasks`, { body: { text: 'Water the plants' } });
  await ada.call('POST', `/api/daily/runs/${id}/stop`);
  // Whatever is in flight: the report is composed by then.
  vi.setSystemTime(Date.now() + 30_000);
  await dailyRun(env, id).checkIn();
  const made = opened(unzip(new Uint8Array(await (await ada.call('GET', '/api/export')).arrayBuffer())));
  expect(made.json('daily-settings.json')).toMatchObject({ settings: { style: 'Plants first' } });
  expect(made.json('daily-runs.json')).toMatchObject({
    items: [
      {
        id,
        tasks: expect.arrayContaining([expect.objectContaining({ title: 'Water the plants' })]),
        report: { text: expect.stringContaining('Daily Task Summary') },
      },
    ],
  });
});
