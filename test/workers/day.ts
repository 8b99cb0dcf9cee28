/** A day of the daily run for tests in the objects: the plan of the demo lead, with a clock that is set by hand. */
import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, vi } from 'vitest';
import * as z from 'zod/mini';
import { dailyRun } from '#durable-objects/daily-run/client.ts';
import { Conversation } from '#shared/protocol/conversation.ts';
import { DailyRun, type DailyTask } from '#shared/protocol/daily.ts';
import { newcomer, type TestBrowser } from '#worker/test-browser.ts';
import { connect, DemoTools } from './tools.ts';

export const EIGHT = Date.parse('2026-11-24T08:00:00Z');
export const MINUTE = 60_000;
export const One = z.object({ run: DailyRun });

const conversationOf = async (ada: TestBrowser, id: string) =>
  z
    .object({ conversation: Conversation })
    .parse(await (await ada.call('GET', `/api/conversations/${id}`)).json()).conversation;

/** The board in short, for a test that waits in vain. */
const told = ({ phase, tasks, trouble, events }: DailyRun): string =>
  [
    phase,
    trouble,
    ...tasks.map(({ title, status, reason, needsYou }) =>
      [title, status, reason, needsYou?.text].join(' | '),
    ),
    ...events.map(({ text }) => text),
  ].join('\n');

export class Day {
  readonly ada: TestBrowser;
  readonly id: string;
  constructor(ada: TestBrowser, id: string) {
    this.ada = ada;
    this.id = id;
  }

  static async begin(body: Record<string, unknown> = {}): Promise<Day> {
    const ada = await newcomer();
    const response = await ada.call('POST', '/api/daily/runs', { body });
    if (response.status !== 201) throw new Error(await response.text());
    return new Day(ada, One.parse(await response.json()).run.id);
  }

  async get(): Promise<DailyRun> {
    const response = await this.ada.call('GET', `/api/daily/runs/${this.id}`);
    return One.parse(await response.json()).run;
  }

  /** Waits until the board is as it should be: the objects work on their own. */
  until(is: (run: DailyRun) => boolean): Promise<DailyRun> {
    return vi.waitFor(
      async () => {
        const run = await this.get();
        if (!is(run)) throw new Error(told(run));
        return run;
      },
      { timeout: 10_000, interval: 50 },
    );
  }

  async ring(time: number) {
    vi.setSystemTime(time);
    await this.ada.enter('refresh');
    return runDurableObjectAlarm(dailyRun(env, this.id));
  }
}

/** The plan of the demo lead with the demo mail and photos connected. */
export async function withTools(body: Record<string, unknown> = {}) {
  const ada = await newcomer();
  const tools = new DemoTools();
  // The names that the demo lead looks for.
  for (const name of ['mail', 'photos']) await connect(ada, { url: tools.url(name), name: `demo ${name}` });
  const response = await ada.call('POST', '/api/daily/runs', { body });
  if (response.status !== 201) throw new Error(await response.text());
  return { tools, day: new Day(ada, One.parse(await response.json()).run.id) };
}

/** Says yes to the call that a task waits with. */
export async function approve({ ada }: Day, { assignedTo }: Pick<DailyTask, 'assignedTo'>) {
  const { question } = await conversationOf(ada, assignedTo ?? '');
  const path = `/api/conversations/${assignedTo}/questions/${question?.id}/answer`;
  const answered = await ada.call('POST', path, { body: { decision: 'approve' } });
  expect(answered.status).toBe(202);
}
