/**
 * Kills workerd (SIGKILL) in work that has effects outside, lets it come back, answers what waits as a person would, and
 * judges by the ledger of the outside: no effect twice, each that happened shown as done or as unknown, nothing stuck.
 */
import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import type { Event } from '#shared/protocol/events.ts';
import { Occurrence, Schedule } from '#shared/protocol/schedule.ts';
import { Delivery, Webhook } from '#shared/protocol/webhook.ts';
import { Run } from '#shared/protocol/run.ts';
import { type ActingPoint, writers } from './acting-points.ts';
import { judgeOutcomes, resultsIn, unknownIn } from './outcomes.ts';
import { counted } from './tally.ts';
import type { Effect, Visitor } from './visitor.ts';

/** How far ahead a schedule is made: longer than making it takes, also on a busy machine, or it would lie in the past. */
const AHEAD_MS = 3_000;

export interface ActingVerdict {
  point: string;
  /** Milliseconds from the app answering again until all was done. */
  resumedMs: number;
  faults: string[];
  /** Calls that say that nobody knows whether they happened. */
  unknown: number;
}

interface Play {
  id: string;
  space: string;
  words: string;
  schedule: Schedule | null;
  /** The webhook that set it off. */
  webhookId: string | null;
}

const ended = (events: ReadonlyArray<Event>) => events.filter(({ type }) => type === 'turn_ended').length;
const begun = (events: ReadonlyArray<Event>) => events.filter(({ type }) => type === 'turn_started').length;

export class ActingHarness {
  readonly #visitor: Visitor;

  constructor(visitor: Visitor) {
    this.#visitor = visitor;
  }

  async play(point: ActingPoint): Promise<ActingVerdict> {
    const visitor = this.#visitor;
    const space = randomUUID();
    await visitor.connect(space, point.setting);
    const play: Play = {
      id: await visitor.talk(),
      space,
      words: `acting ${space}`,
      schedule: null,
      webhookId: null,
    };
    await this.#script(point, play);
    if (point.death.at === 'model')
      await visitor.model({
        action: 'hold',
        match: { text: play.words, kind: 'chat' },
        times: point.kills,
      });
    if (point.death.at === 'call')
      await visitor.tools(space, { action: 'hold', tool: point.death.tool, when: point.death.when });
    if (point.by === 'webhook') play.webhookId = await this.#deliver(play);
    else play.schedule = await this.#begin(point, play);
    const shown = await this.#reach(point, play);
    let backAt = 0;
    for (let kill = 1; kill <= point.kills; kill += 1) {
      if (kill > 1) await this.#reachAgain(point, play);
      await visitor.app.killWorkerd();
      backAt = Date.now();
    }
    await visitor.tools(space, { action: 'release' });
    await visitor.model({ action: 'release' });
    const faults = await this.#finish(point, play, shown).catch((error: unknown) => [
      `stuck: ${String(error)}`,
    ]);
    const resumedMs = Date.now() - backAt;
    const { events } = await visitor.until(play.id, () => true);
    return { point: point.name, resumedMs, faults, unknown: unknownIn(events) };
  }

  /** What the model will say to these words. */
  async #script({ work, death, kills }: ActingPoint, { words, space }: Play): Promise<void> {
    const slug = `modern-${space.slice(-4)}`;
    const reply =
      work === 'question'
        ? [
            {
              type: 'tool_use',
              name: 'ask_user',
              input: { questions: [{ question: 'Which one?', kind: 'text' }] },
            },
          ]
        : [
            { type: 'tool_use', name: `${slug}__write_note`, input: { text: `note ${space}` } },
            {
              type: 'tool_use',
              name: `${slug}__send_message`,
              input: { to: 'bob', text: `message ${space}` },
            },
            { type: 'tool_use', name: `${slug}__delete_note`, input: { id: `gone ${space}` } },
          ];
    // A request that dies before its first word has taken its reply with it; the next one gets the same.
    const times = death.at === 'model' ? kills + 1 : 1;
    await this.#visitor.model({ action: 'queue', match: { text: words, kind: 'chat' }, times, reply });
  }

  async #begin({ by }: ActingPoint, { id, words }: Play): Promise<Schedule | null> {
    if (by === 'message') {
      await this.#visitor.call('POST', `/api/conversations/${id}/messages`, { text: words });
      return null;
    }
    const at = new Date(Date.now() + AHEAD_MS).toISOString();
    const made = await this.#visitor.call('POST', `/api/conversations/${id}/schedules`, {
      at,
      instruction: words,
    });
    return z.object({ schedule: Schedule }).parse(made).schedule;
  }

  /** Something outside starts the work. Answers the webhook. */
  async #deliver({ id, words }: Play): Promise<string> {
    const given = { name: 'Crash', scheme: 'url', instruction: words };
    const made = await this.#visitor.call('POST', `/api/conversations/${id}/webhooks`, given);
    const { webhook, url } = z.object({ webhook: Webhook, url: z.string() }).parse(made);
    const address = `${this.#visitor.app.url}${new URL(url).pathname}`;
    const sent = await fetch(address, { method: 'POST', body: `{"of":"${id}"}` });
    if (sent.status !== 202) throw new Error(`the delivery was answered with ${sent.status}`);
    return webhook.id;
  }

  /** Goes on until the work is where the process is to die. Answers what was asked of the person there. */
  async #reach({ death }: ActingPoint, { id, space, words }: Play): Promise<string[]> {
    const visitor = this.#visitor;
    const questions = async () => (await visitor.conversation(id)).questions;
    if (death.at === 'before due') return [];
    if (death.at === 'model') await visitor.model({ action: 'await', held: 1, timeoutMs: 30_000 });
    if (death.at === 'next step') {
      // Held only now: the first step has been taken when there are calls.
      await visitor.until(id, ({ events }) => events.some(({ type }) => type === 'tool_intended'));
      await visitor.model({ action: 'hold', match: { text: words, kind: 'chat' } });
      await visitor.until(id, ({ events }) => resultsIn(events).length === 3);
      return [];
    }
    if (death.at === 'waiting' || death.at === 'yes' || death.at === 'answer')
      await visitor.until(id, ({ events }) => ended(events) === 1);
    if (death.at === 'call') {
      const asks = await visitor
        .until(id, ({ events }) => events.some(({ type }) => type === 'tool_intended') || ended(events) > 0)
        .then(({ events }) => ended(events) > 0);
      if (asks) for (const each of await questions()) await this.#approve(id, each.id);
      await visitor.tools(space, { action: 'await', held: 1 });
    }
    const shown = (await questions()).map((each) => JSON.stringify(each));
    if (death.at === 'yes') {
      const asked = (await questions()).find(({ approval }) => approval?.name.endsWith(death.tool));
      await this.#approve(id, asked?.id ?? '');
    }
    if (death.at === 'answer') await this.#answer(id, (await questions())[0]?.id ?? '');
    return death.at === 'waiting' ? shown : [];
  }

  /** The second time: the work has come back to where it was, or past it. */
  async #reachAgain({ death }: ActingPoint, { id }: Play): Promise<void> {
    // Somebody looks: that is what starts the next attempt.
    await this.#visitor.until(id, ({ events }) => events.length > 0);
    if (death.at === 'model') await this.#visitor.model({ action: 'await', held: 1, timeoutMs: 30_000 });
  }

  #approve(id: string, questionId: string): Promise<unknown> {
    return this.#visitor.call('POST', `/api/conversations/${id}/questions/${questionId}/answer`, {
      decision: 'approve',
    });
  }

  #answer(id: string, questionId: string): Promise<unknown> {
    return this.#visitor.call('POST', `/api/conversations/${id}/questions/${questionId}/answer`, {
      text: 'That one',
    });
  }

  /** Answers what still waits, and judges. */
  async #finish(point: ActingPoint, play: Play, shown: ReadonlyArray<string>): Promise<string[]> {
    const { id, space, schedule } = play;
    const visitor = this.#visitor;
    const faults: string[] = [];
    const expect = (holds: boolean, fault: string) => {
      if (!holds) faults.push(fault);
    };
    if (shown.length > 0) {
      const again = (await visitor.conversation(id)).questions.map((each) => JSON.stringify(each));
      expect(
        JSON.stringify(again) === JSON.stringify(shown),
        'lost: a question is another one after the restart',
      );
    }
    for (let round = 0; round < 4; round += 1) {
      await visitor.until(id, ({ events }) => begun(events) > 0 && begun(events) === ended(events));
      const { questions } = await visitor.conversation(id);
      if (questions.length === 0) break;
      for (const each of questions)
        await (each.approval === null ? this.#answer(id, each.id) : this.#approve(id, each.id));
    }
    const { events } = await visitor.until(id, (page) => begun(page.events) === ended(page.events));
    expect(
      events.every(({ seq }, index) => seq === index + 1),
      'lost: events have gaps or repeats',
    );
    const last = events.findLast(({ type }) => type === 'turn_ended');
    expect(last?.type === 'turn_ended' && last.outcome === 'completed', 'the last turn did not complete');
    if (point.work === 'calls') faults.push(...judgeCalls(events, await visitor.effects(space)));
    else faults.push(...counted('results of the question', resultsIn(events).length, 1));
    faults.push(...(await this.#judgeRuns(id, events)));
    if (schedule !== null) faults.push(...(await this.#judgeSchedule(id, schedule, events)));
    if (play.webhookId !== null) faults.push(...(await this.#judgeWebhook(id, play.webhookId, events)));
    return faults;
  }

  /** The ledger says of each run what its log says: one with a call of unknown outcome is not completed. */
  async #judgeRuns(id: string, events: ReadonlyArray<Event>): Promise<string[]> {
    const got = await this.#visitor.call('GET', `/api/conversations/${id}/runs`);
    const { items } = z.object({ items: z.array(Run) }).parse(got);
    return judgeOutcomes(items, events);
  }

  /** One delivery: one run that took it in, and nothing that waits. */
  async #judgeWebhook(id: string, webhookId: string, events: ReadonlyArray<Event>): Promise<string[]> {
    const path = `/api/conversations/${id}/webhooks`;
    const deliveries = await this.#visitor.call('GET', `${path}/${webhookId}/deliveries`);
    const { items } = z.object({ items: z.array(Delivery) }).parse(deliveries);
    const known = z.object({ items: z.array(Webhook) }).parse(await this.#visitor.call('GET', path));
    const begunBy = events.filter((event) => event.type === 'turn_started' && event.trigger === 'webhook');
    return [
      ...counted('runs of the delivery', begunBy.length, 1),
      ...(items.length === 1 && items[0]?.status === 'accepted'
        ? []
        : [`deliveries: ${JSON.stringify(items)}`]),
      ...(known.items[0]?.waiting === 0 ? [] : ['stuck: a delivery still waits']),
    ];
  }

  /** One due time: one run, one receipt, and nothing due any more. */
  async #judgeSchedule(id: string, schedule: Schedule, events: ReadonlyArray<Event>): Promise<string[]> {
    const path = `/api/conversations/${id}/schedules/${schedule.id}/occurrences`;
    const { items } = z.object({ items: z.array(Occurrence) }).parse(await this.#visitor.call('GET', path));
    const runs = events.filter(
      (event) => event.type === 'turn_started' && event.trigger === 'schedule',
    ).length;
    const [known] = (await this.#visitor.conversation(id)).schedules;
    return [
      ...counted('runs of the due time', runs, 1),
      ...(items.length === 1 && /^(ran|late)$/.test(items[0]?.status ?? '')
        ? []
        : [`receipts: ${JSON.stringify(items)}`]),
      ...(known?.status === 'ended' && known.runs === 1 ? [] : [`the schedule is ${known?.status}`]),
    ];
  }
}

/** What happened outside against what the conversation says of it. */
function judgeCalls(events: ReadonlyArray<Event>, effects: ReadonlyArray<Effect>): string[] {
  const faults: string[] = [];
  for (const tool of writers) {
    const told = resultsIn(events).filter(({ name }) => name.endsWith(`__${tool}`));
    const happened = effects.filter((effect) => effect.tool === tool);
    if (happened.length > 1) faults.push(`double: ${tool} happened ${happened.length} times`);
    faults.push(...counted(`results of ${tool}`, told.length, 1));
    const outcome = told[0]?.outcome;
    if (happened.length === 1 && outcome !== 'ok' && outcome !== 'unknown')
      faults.push(`hidden: ${tool} happened and is said to be ${outcome}`);
    if (happened.length === 0 && outcome === 'ok')
      faults.push(`lost: ${tool} did not happen and is said to be done`);
    // It takes a key: made again with it, it is always known.
    if (tool === 'write_note' && (outcome !== 'ok' || happened.length !== 1))
      faults.push(
        `lost: write_note, which can be made again, is ${outcome} and happened ${happened.length} times`,
      );
  }
  return faults;
}
