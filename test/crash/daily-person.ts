/**
 * Somebody whose day runs while the process dies: adds tasks, says yes to what goes out, looks in after each death. What
 * could not be said because nobody was there is said again, with the same id.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { App } from '#dev/start/app.ts';
import { receiveMail } from '#dev/mail/mailbox.ts';
import { Channel, Sent } from '#shared/protocol/channel.ts';
import { User } from '#shared/protocol/account.ts';
import { type Conversation, ConversationSummary } from '#shared/protocol/conversation.ts';
import { DailyRun } from '#shared/protocol/daily.ts';
import { timeScale } from './daily-points.ts';
import { Visitor } from './visitor.ts';

/** What the person adds, and when they say yes to the mail of a task: parts of the window. */
const adds = [
  [0.1, 'Write to Bob'],
  [0.3, 'Write to Cleo'],
  [0.5, 'Write to Dan'],
] as const;
const yeses: Readonly<Record<string, number>> = {
  'Answer Rebecca about the receipts': 0.35,
  'Write to Bob': 0.45,
  'Write to Cleo': 0.6,
  'Write to Dan': 0.8,
};
/**
 * How long after the end everything must have come to rest: what a dead process was sending is held back for a minute, in
 * case that it is still alive.
 */
const SETTLE_MS = 100_000;

export class DailyPerson {
  readonly visitor: Visitor;
  readonly email: string;
  readonly space: string;
  readonly runId = randomUUID();
  /** Ids of what was added, by title. */
  readonly added = new Map<string, string>();
  startsAt = 0;
  /** Somebody looks in: after a death that is what wakes a conversation. */
  looks = true;

  readonly #windowMs: number;

  private constructor(visitor: Visitor, email: string, space: string, windowMs: number) {
    this.#windowMs = windowMs;
    this.visitor = visitor;
    this.email = email;
    this.space = space;
  }

  /** Signs up, confirms the address, and has reports sent to mail and Slack. */
  static async enter(app: App, windowMs: number): Promise<DailyPerson> {
    const email = `daily-${randomUUID()}@example.com`;
    const visitor = await Visitor.signUp(app, email);
    const { token } = await receiveMail(app.mailUrl ?? '', { to: email });
    await visitor.call('POST', '/api/auth/verify', { token });
    // The demo mail and photos that everybody has are in a space of their own.
    const { user } = z.object({ user: User }).parse(await visitor.call('GET', '/api/me'));
    const space = user.id;
    const base = `${(app.toolsUrl ?? '').replace(/\/$/, '')}/s/${space}`;
    await visitor.call('POST', '/api/channels', { kind: 'email' });
    await visitor.call('POST', '/api/channels', { kind: 'slack', url: `${base}/slack/services/T0/B0/good` });
    return new DailyPerson(visitor, email, space, windowMs);
  }

  async begin(): Promise<void> {
    const run = await this.#surely(() =>
      this.visitor.call('POST', '/api/daily/runs', { id: this.runId, timeScale: timeScale(this.#windowMs) }),
    );
    this.startsAt = Date.parse(z.object({ run: DailyRun }).parse(run).run.startsAt);
  }

  async run(): Promise<DailyRun> {
    const got = await this.visitor.call('GET', `/api/daily/runs/${this.runId}`);
    return z.object({ run: DailyRun }).parse(got).run;
  }

  async conversation(id: string): Promise<Conversation> {
    return await this.visitor.conversation(id);
  }

  /** All conversations of sub-agents that there ever were. */
  async agents(): Promise<ConversationSummary[]> {
    const Page = z.object({ items: z.array(ConversationSummary) });
    const lists = ['active', 'archived'].map(async (status) => {
      const got = await this.visitor.call('GET', `/api/conversations?kind=task&status=${status}&limit=100`);
      return Page.parse(got).items;
    });
    const all = (await Promise.all(lists)).flat();
    return [...new Map(all.map((each) => [each.id, each])).values()];
  }

  /** What was sent to each channel. */
  async sent(): Promise<Array<{ kind: string; items: Sent[] }>> {
    const got = await this.visitor.call('GET', '/api/channels');
    const { items } = z.object({ items: z.array(Channel) }).parse(got);
    return await Promise.all(
      items.map(async ({ id, kind }) => {
        const log = await this.visitor.call('GET', `/api/channels/${id}/deliveries`);
        return { kind, items: z.object({ items: z.array(Sent) }).parse(log).items };
      }),
    );
  }

  /** Lives through the day. Answers null when all came to rest, else what did not. */
  async live(): Promise<string | null> {
    const end = this.startsAt + this.#windowMs + SETTLE_MS;
    let last = 'nothing was seen';
    while (Date.now() < end) {
      const open = await this.#turn().catch((error: unknown) => `not reached: ${String(error)}`);
      if (open === null) return null;
      last = open;
      await delay(250);
    }
    return last;
  }

  /** One look with all that it leads to. Answers what is not at rest yet. */
  async #turn(): Promise<string | null> {
    const run = await this.run();
    const part = (Date.now() - this.startsAt) / this.#windowMs;
    const agents = run.tasks.flatMap(({ assignedTo }) => assignedTo ?? []);
    if (this.looks) {
      for (const id of [run.leadId, ...agents]) if (id) await this.visitor.until(id, () => true);
      this.looks = false;
    }
    for (const [when, title] of adds) if (part >= when && part < 0.9) await this.#add(title);
    for (const { title, assignedTo, needsYou } of run.tasks)
      if (needsYou?.kind === 'approval' && assignedTo && part >= (yeses[title] ?? 0))
        await this.#approve(assignedTo);
    if (run.phase !== 'reported' && run.phase !== 'ended') return `the run is ${run.phase}`;
    for (const id of agents) if ((await this.conversation(id)).working) return `${id} works`;
    const sent = await this.sent();
    if (sent.some(({ items }) => items.length === 0)) return 'the report was put before no channel';
    return sent.some(({ items }) => items.some(({ status }) => status === 'waiting'))
      ? 'a report waits'
      : null;
  }

  async #add(title: string): Promise<void> {
    if (this.added.has(title)) return;
    const id = randomUUID();
    await this.#surely(() =>
      this.visitor.call('POST', `/api/daily/runs/${this.runId}/tasks`, { id, text: title }),
    );
    this.added.set(title, id);
  }

  async #approve(conversationId: string): Promise<void> {
    const { question } = await this.conversation(conversationId);
    if (question === null) return;
    const path = `/api/conversations/${conversationId}/questions/${question.id}/answer`;
    // Whether a yes was heard when no answer came, the next look shows.
    await this.visitor.call('POST', path, { decision: 'approve' }).catch(() => {});
  }

  /** The same again until somebody answers. */
  async #surely(call: () => Promise<unknown>): Promise<unknown> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await call();
      } catch (error) {
        if (tries > 100) throw error;
        await delay(200);
      }
    }
  }
}
