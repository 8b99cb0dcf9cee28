/** One person with one conversation in which work goes by schedule: what they do, and what they see of it from outside. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { App } from '#dev/start/app.ts';
import type { Conversation } from '#shared/protocol/conversation.ts';
import { type Event, EventPage } from '#shared/protocol/events.ts';
import { Notification } from '#shared/protocol/notification.ts';
import type { Question } from '#shared/protocol/question.ts';
import { Run } from '#shared/protocol/run.ts';
import { Occurrence, Schedule } from '#shared/protocol/schedule.ts';
import type { CreateSchedule } from '#shared/protocol/schedule-requests.ts';
import { askedFirst } from './schedules-expiry.ts';
import type { SchedulePoint } from './schedules-points.ts';
import { tellDev, Visitor } from './visitor.ts';

/** How long anything may take until it counts as stuck. */
const STUCK_MS = 40_000;
/** Between two looks: a person may ask six hundred times a minute. */
const LOOK_MS = 200;

/** What is done at the moment of death. */
export interface Last {
  /** Done and answered before any of those that take a moment. */
  first?(): Promise<unknown>;
  /** Without it the death waits for the answer. */
  ms?: number;
  do(): Promise<unknown>;
}

export type Tool = 'write_note' | 'send_message';
export const tools: ReadonlyArray<Tool> = ['write_note', 'send_message'];

export class Play {
  readonly point: SchedulePoint;
  visitor: Visitor;
  readonly id: string;
  /** That of the tools. */
  readonly space: string;
  /** By these the stand-in for the model knows the requests of a run, and those of the talk around it. */
  readonly words: { run: string; talk: string };
  schedule: Schedule | null = null;
  /** One that comes due with it. */
  other: Schedule | null = null;
  /** The process stays away until then, so that what was to come meanwhile has come. In milliseconds since the epoch. */
  awayUntil = 0;
  /** What the person asks for with this key is one thing, however often it is sent. */
  readonly key = randomUUID();
  /** The run that was begun by hand, once it was answered. */
  runId: string | null = null;
  /** The ids of what was open when the process died. */
  shown: string[] = [];
  /** What the stand-in for the model had been asked by then. */
  asked = 0;
  /** Whether what was on its way then had been taken in; null where that cannot be seen, or nothing was. */
  taken: boolean | null = null;

  private constructor(point: SchedulePoint, visitor: Visitor, id: string, space: string) {
    this.point = point;
    this.visitor = visitor;
    this.id = id;
    this.space = space;
    // Where a proposal quotes the instruction, the marks are written otherwise: there these words do not stand.
    this.words = { run: `work "${space}"`, talk: `talk "${space}"` };
  }

  /** Signs up, with tools that do as `setting` says. */
  static async enter(app: App, point: SchedulePoint, setting: 'ask' | 'auto'): Promise<Play> {
    const space = randomUUID();
    const visitor = await Visitor.signUp(app, `${space}@example.com`);
    await visitor.connect(space, setting);
    await visitor.hurry();
    return new Play(point, visitor, await visitor.talk(), space);
  }

  /** Looks until there is something to see. */
  async until<Seen>(
    what: string,
    look: () => Promise<Seen | null | undefined | false>,
    ms = STUCK_MS,
  ): Promise<Seen> {
    for (const end = Date.now() + ms; ; await delay(LOOK_MS)) {
      const seen = await look();
      if (seen !== null && seen !== undefined && seen !== false) return seen;
      if (Date.now() > end) throw new Error(`${what}: not within ${ms / 1000} s`);
    }
  }

  /** What the schedule says each time: the stand-in makes of it two calls, and then its last word. */
  get instruction(): string {
    return this.instructionFor('note');
  }

  /** @param note what the note begins with that is written: by it the outside knows whose words were followed */
  instructionFor(note: string): string {
    const name = (tool: Tool) => `modern-${this.space.slice(-4)}__${tool}`;
    const calls = [
      { tool: name('write_note'), input: { text: `${note} ${this.space}` } },
      { tool: name('send_message'), input: { to: 'bob', text: `message ${this.space}` } },
    ];
    const steps = this.point.way === 'expiry' ? [[askedFirst(this.point)], calls] : [calls];
    return `${this.words.run} ${scripted(...steps)}`;
  }

  call(method: string, path: string, body?: unknown, key?: string): Promise<unknown> {
    return this.visitor.call(method, `/api/conversations/${this.id}${path}`, body, key);
  }

  /** Says something to which the model answers with these calls. */
  async say(...calls: ReadonlyArray<{ tool: string; input: object }>): Promise<void> {
    await this.call('POST', '/messages', { text: `${this.words.talk} ${scripted(calls)}` });
  }

  /** @param given with the instruction of this play */
  async create(given: Partial<CreateSchedule>): Promise<void> {
    this.schedule = await this.#made({ instruction: this.instruction, ...given });
  }

  /** One with other words and no calls of its own. */
  async createOther(given: Partial<CreateSchedule>): Promise<void> {
    this.other = await this.#made({ instruction: `also "${this.space}"`, ...given });
  }

  async #made(given: CreateSchedule): Promise<Schedule> {
    const made = await this.call('POST', '/schedules', given);
    return z.object({ schedule: Schedule }).parse(made).schedule;
  }

  async runNow(): Promise<void> {
    this.#began(await this.call('POST', `/schedules/${this.schedule?.id}/run`, undefined, this.key));
  }

  async rehearse(): Promise<void> {
    const given = { name: 'Rehearsed', instruction: this.instruction };
    this.#began(await this.call('POST', '/rehearse', given, this.key));
  }

  #began(answer: unknown): void {
    const { runId } = z.object({ runId: z.string() }).parse(answer);
    if (this.runId !== null && this.runId !== runId)
      throw new Error('double: the same request began two runs');
    this.runId = runId;
  }

  /** Answers a question as it wants to be answered. */
  async #answer({ id, approval }: Question): Promise<void> {
    const body = approval === null ? { text: 'That one' } : { decision: 'approve' };
    await this.call('POST', `/questions/${id}/answer`, body);
  }

  /** Finds what is open. Answers what says yes to all of it, with nothing more to ask. */
  async whatAnswers(): Promise<() => Promise<void>> {
    const { questions } = await this.conversation();
    return async () => void (await Promise.all(questions.map((each) => this.#answer(each))));
  }

  async answerAll(): Promise<void> {
    const answer = await this.whatAnswers();
    await answer();
  }

  conversation(): Promise<Conversation> {
    return this.visitor.conversation(this.id);
  }

  async events(): Promise<ReadonlyArray<Event>> {
    return EventPage.parse(await this.call('GET', '/events')).events;
  }

  /** Oldest first. */
  receipts(): Promise<Occurrence[]> {
    return this.receiptsOf(this.schedule);
  }

  async receiptsOf(schedule: Schedule | null): Promise<Occurrence[]> {
    if (schedule === null) return [];
    const got = await this.call('GET', `/schedules/${schedule.id}/occurrences?limit=200`);
    return z
      .object({ items: z.array(Occurrence) })
      .parse(got)
      .items.toReversed();
  }

  /** The ledger. */
  async runs(): Promise<Run[]> {
    return z.object({ items: z.array(Run) }).parse(await this.call('GET', '/runs?limit=200')).items;
  }

  async notifications(): Promise<Notification[]> {
    const got = await this.visitor.call('GET', '/api/notifications?limit=100');
    const { items } = z.object({ items: z.array(Notification) }).parse(got);
    return items.filter(({ conversationId }) => conversationId === this.id);
  }

  /** The next request with these words waits before its first byte. */
  hold(words: string): Promise<void> {
    return this.visitor.model({ action: 'hold', match: { text: words, kind: 'chat' } });
  }

  /** A request that waits, by its place in the journal of the stand-in. */
  held(words: string): Promise<number> {
    return this.until(`a held request of "${words}"`, async () => {
      const asked = await this.visitor.asked(words);
      return asked.find(({ held, outcome }) => held && outcome === 'running')?.id;
    });
  }

  /** Finds the request with these words that waits. Answers what lets it go on, with nothing more to ask. */
  async whatLetsGo(words: string): Promise<() => Promise<void>> {
    const id = await this.held(words);
    return () => this.visitor.model({ action: 'release', id });
  }

  /** The doorbell of the conversation. */
  ring(): Promise<void> {
    return tellDev(this.visitor.app, 'ring', { conversationId: this.id });
  }

  /** The tools of this play. */
  tools(...actions: ReadonlyArray<Record<string, unknown>>): Promise<void> {
    return this.visitor.tools(this.space, ...actions);
  }
}

/** A marker for the stand-in: these calls, one step after the other, and then nothing but a last word. */
const scripted = (...steps: ReadonlyArray<ReadonlyArray<{ tool: string; input: object }>>): string =>
  `[scenario: script steps=${JSON.stringify(steps)}]`;
