/**
 * Kills workerd (SIGKILL) in the middle of a conversation, lets it come back, and looks at what the outside sees: the
 * open page, which must catch up without a reload, and the API. Nothing may be lost, doubled or stuck.
 */
import type { Page } from 'playwright-core';
import * as z from 'zod/mini';
import type { App } from '#dev/start/app.ts';
import { textOf } from '#shared/core/conversation/transcript.ts';
import { Message } from '#shared/protocol/conversation.ts';
import type { EventPage } from '#shared/protocol/events.ts';
import type { Point } from './points.ts';
import { counted } from './tally.ts';
import { PASSWORD, Visitor } from './visitor.ts';

const words = 60;
const Messages = z.object({ items: z.array(Message), lastSeq: z.number() });

export interface Verdict {
  point: string;
  /** Milliseconds from the app answering again until every turn had ended; null when nothing had to go on. */
  resumedMs: number;
  faults: string[];
}

export class CrashHarness {
  readonly #app: App;
  readonly #page: Page;
  #visitor: Visitor;

  constructor(app: App, page: Page) {
    this.#app = app;
    this.#page = page;
    this.#visitor = new Visitor(app, '', '');
  }

  /** Signs up through the page and, for the same person, gets a token for the API. */
  async enter(): Promise<void> {
    const email = `crash-${Date.now()}@example.com`;
    await this.#page.goto(`${this.#app.url}/sign-up`);
    await this.#page.fill('input[type=email]', email);
    await this.#page.fill('input[type=password]', PASSWORD);
    await this.#page.keyboard.press('Enter');
    await this.#page.locator('textarea').waitFor();
    this.#visitor = await Visitor.signIn(this.#app, email);
  }

  /** Plays one point and judges it. */
  async play(point: Point): Promise<Verdict> {
    const id = await this.#visitor.talk();
    const text = `[scenario: long words=${words}] point ${id}`;
    await this.#page.goto(`${this.#app.url}/c/${id}`);
    await this.#page.locator('textarea').waitFor();
    await this.#page.evaluate(() => Object.assign(globalThis, { notReloaded: true }));

    await this.#prepare(point, id);
    await this.#type(text);
    if (point.setup.kind !== 'at once') await this.#reach(point, id);
    if (point.queued) {
      await this.#type(`queued after ${id}`);
      await this.#visitor.until(
        id,
        ({ events }) => events.filter(({ type }) => type === 'message_added').length === 2,
      );
    }
    let backAt = 0;
    for (let kill = 1; kill <= point.kills; kill += 1) {
      if (kill > 1) {
        // The page comes back by itself and asks for the events: that is what starts the next attempt.
        await this.#visitor.model({ action: 'await', held: 1, timeoutMs: 30_000 });
      }
      if (kill < point.kills) await this.#prepare(point, id);
      await this.#app.killWorkerd();
      backAt = Date.now();
    }
    const turns = point.queued ? 2 : 1;
    const faults = await this.#judge(id, text, turns);
    return { point: point.name, resumedMs: Date.now() - backAt, faults };
  }

  async #prepare({ setup }: Point, id: string): Promise<void> {
    const match = { text: id, kind: 'chat' };
    if (setup.kind === 'hold') {
      const deltas = setup.deltas === null ? {} : { deltas: setup.deltas };
      await this.#visitor.model({ action: 'hold', match, ...deltas });
    }
    if (setup.kind === 'retrying') {
      const options = { 'retry-after': setup.retryAfterSeconds };
      await this.#visitor.model({ action: 'queue', match, scenario: 'rate-limit', options });
    }
  }

  /** Waits until the reply has come to the point. */
  async #reach({ setup }: Point, id: string): Promise<void> {
    if (setup.kind === 'hold') await this.#visitor.model({ action: 'await', held: 1, timeoutMs: 30_000 });
    if (setup.kind === 'retrying')
      await this.#visitor.until(id, ({ events }) => events.some(({ type }) => type === 'turn_retrying'));
    if (setup.kind === 'settled')
      await this.#visitor.until(id, ({ events }) => events.some(({ type }) => type === 'turn_ended'));
  }

  async #judge(id: string, text: string, turns: number): Promise<string[]> {
    const faults: string[] = [];
    const expect = (holds: boolean, fault: string) => {
      if (!holds) faults.push(fault);
    };
    const { events } = await this.#visitor
      .until(id, (page) => page.events.filter(({ type }) => type === 'turn_ended').length >= turns)
      .catch((error: unknown) => {
        faults.push(`stuck: ${String(error)}`);
        return { events: [], lastSeq: 0, more: false } satisfies EventPage;
      });
    expect(
      events.every(({ seq }, index) => seq === index + 1),
      'lost: events have gaps or repeats',
    );
    const outcomes = events.flatMap((event) => (event.type === 'turn_ended' ? [event.outcome] : []));
    expect(
      outcomes.every((outcome) => outcome === 'completed'),
      `outcomes ${outcomes.join()}`,
    );
    const done = events.filter(({ type }) => type === 'step_done').length;
    faults.push(...counted('replies in the log', done, turns));

    const { items } = Messages.parse(await this.#visitor.call('GET', `/api/conversations/${id}/messages`));
    const asked = items.filter(({ role }) => role === 'user').map(({ content }) => textOf(content));
    faults.push(...counted('messages', asked.length, turns));
    expect(asked[0] === text, 'lost: the first message is another one');
    const replies = items.filter(({ role }) => role === 'assistant').map(({ content }) => textOf(content));
    faults.push(...counted('replies', replies.length, turns));
    expect((replies[0] ?? '').split(/\s+/).length >= words, 'lost: the reply is cut');
    faults.push(...(await this.#judgePage(replies)));
    return faults;
  }

  /** The open page: caught up, complete, nothing twice, never reloaded. */
  async #judgePage(replies: ReadonlyArray<string>): Promise<string[]> {
    const squeeze = (value: string) => value.replaceAll(/\W+/g, '');
    const wanted = replies.map((reply) => squeeze(reply).slice(-80));
    const read = () =>
      this.#page.evaluate(() => ({
        said: [...document.querySelectorAll('article[data-by=assistant]')].map(
          (node) => node.textContent ?? '',
        ),
        users: document.querySelectorAll('article[data-by=user]').length,
        same: 'notReloaded' in globalThis,
      }));
    const end = Date.now() + 15_000;
    for (;;) {
      const { said, users, same } = await read();
      const complete =
        said.length === replies.length &&
        users === replies.length &&
        wanted.every((tail, index) => squeeze(said[index] ?? '').includes(tail));
      if (!same) return ['the page was reloaded'];
      if (complete) return [];
      if (Date.now() > end)
        return [`stuck: the page shows ${said.length} replies and ${users} messages of ${replies.length}`];
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async #type(text: string): Promise<void> {
    await this.#page.locator('textarea').fill(text);
    await this.#page.keyboard.press('Enter');
    if (text.startsWith('[')) await this.#page.locator('article[data-by=user]').first().waitFor();
  }
}
