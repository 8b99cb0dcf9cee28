/** A day of a daily run in its objects, as its person sees it: begun, looked at, rung. */
import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, vi } from 'vitest';
import * as z from 'zod/mini';
import { dailyRun } from '#durable-objects/daily-run/client.ts';
import { usualSettings } from '#shared/core/daily/window.ts';
import { Conversation } from '#shared/protocol/conversation.ts';
import { DailyRun, DailyTask, type DailySettings } from '#shared/protocol/daily.ts';
import { EventPage } from '#shared/protocol/events.ts';
import { newcomer, type TestBrowser } from '#worker/test-browser.ts';
import { connect, DemoTools } from './tools.ts';

export const EIGHT = Date.parse('2037-11-24T08:00:00Z');
export const MINUTE = 60_000;
export const One = z.object({ run: DailyRun });

/** The board in short, for a test that waits in vain. */
const told = ({ phase, tasks, trouble, events }: DailyRun): string =>
  [
    phase,
    trouble,
    ...tasks.map(({ title, status, reason, error, needsYou }: DailyTask & { error?: string }) =>
      [title, status, reason, error, needsYou?.text].join(' | '),
    ),
    ...events.map(({ text }) => text),
  ].join('\n');

/** How a day begins: what the call that starts it says, settings before it, and the demo tools that are connected. */
interface Begin {
  body?: Record<string, unknown>;
  settings?: Partial<DailySettings>;
  servers?: readonly string[];
}

export class Day {
  readonly ada: TestBrowser;
  readonly id: string;
  readonly tools: DemoTools;

  private constructor(ada: TestBrowser, id: string, tools: DemoTools) {
    this.ada = ada;
    this.id = id;
    this.tools = tools;
  }

  /** Begins a day of somebody new. */
  static async begin({ body = {}, settings, servers = [] }: Begin = {}): Promise<Day> {
    const ada = await newcomer();
    const tools = new DemoTools();
    for (const name of servers) await connect(ada, { url: tools.url(name), name: `demo ${name}` });
    if (settings) await ada.call('PUT', '/api/daily/settings', { body: { ...usualSettings, ...settings } });
    const response = await ada.call('POST', '/api/daily/runs', { body });
    if (response.status !== 201) throw new Error(await response.text());
    return new Day(ada, One.parse(await response.json()).run.id, tools);
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
      // A person may ask six hundred times a minute, and the test asks for more than this.
      { timeout: 40_000, interval: 150 },
    );
  }

  /** Sets the clock, and rings the board. */
  async ring(time: number): Promise<boolean> {
    vi.setSystemTime(time);
    await this.ada.enter('refresh');
    return runDurableObjectAlarm(dailyRun(env, this.id));
  }

  async add(text: string): Promise<DailyTask> {
    const response = await this.ada.call('POST', `/api/daily/runs/${this.id}/tasks`, { body: { text } });
    return z.object({ task: DailyTask }).parse(await response.json()).task;
  }

  /** Of one task, over HTTP. */
  task(method: 'PATCH' | 'DELETE', taskId: string, body?: Record<string, unknown>): Promise<Response> {
    return this.ada.call(method, `/api/daily/runs/${this.id}/tasks/${taskId}`, body ? { body } : {});
  }

  /** What has happened in one of its conversations, by name. */
  async happened(conversationId: string): Promise<string[]> {
    const response = await this.ada.call('GET', `/api/conversations/${conversationId}/events`);
    return EventPage.parse(await response.json()).events.map(({ type }) => type);
  }

  async conversation(id: string): Promise<Conversation> {
    const response = await this.ada.call('GET', `/api/conversations/${id}`);
    return z.object({ conversation: Conversation }).parse(await response.json()).conversation;
  }
}

/** The plan of the demo lead with the demo mail and photos connected, by the names that it looks for. */
export async function withTools(body: Record<string, unknown> = {}) {
  const day = await Day.begin({ body, servers: ['mail', 'photos'] });
  return { tools: day.tools, day };
}

/** Says yes to the call that a task waits with. */
export async function approve(day: Day, { assignedTo }: Pick<DailyTask, 'assignedTo'>): Promise<void> {
  const { question } = await day.conversation(assignedTo ?? '');
  const path = `/api/conversations/${assignedTo}/questions/${question?.id}/answer`;
  const answered = await day.ada.call('POST', path, { body: { decision: 'approve' } });
  expect(answered.status).toBe(202);
}
