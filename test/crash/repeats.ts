/**
 * One delivery with one id a hundred times in parallel, and the process killed (SIGKILL) in the middle of it. Each sender
 * repeats until it is answered; when the app is back, all hundred send once more. There may be one run, and all answers
 * are the same: what the kill cut off has none, but its repeat has.
 */
import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import {
  type Answer,
  deliver,
  deliveriesOf,
  type Hooked,
  makeHooked,
  post,
  runsOf,
  settled,
} from './hook-sender.ts';
import type { Visitor } from './visitor.ts';

/** How often the delivery is sent at once. */
const TIMES = 100;
/** Answers come in bunches: a kill that all of them have outrun was not in the middle, and is planned again. */
const MOST_TRIES = 10;
const SETTLE_MS = 60_000;

/** When the process dies: so many have their answer, or all have and the run is under way, or over. */
export interface RepeatPoint {
  name: string;
  answered: number;
  run: 'any' | 'under way' | 'over';
}

export const repeatPoints: ReadonlyArray<RepeatPoint> = [
  ...[0, 1, 2, 3, 5, 8, 10, 15, 20, 35].map((answered): RepeatPoint => ({
    name: `after ${answered} of ${TIMES} answers`,
    answered,
    run: 'any',
  })),
  { name: 'all answered, the run under way', answered: TIMES, run: 'under way' },
  { name: 'all answered, the run over', answered: TIMES, run: 'over' },
];

export interface RepeatVerdict {
  point: string;
  /** Milliseconds from the app answering again until nothing was left to do. */
  resumedMs: number;
  faults: string[];
}

const Accepted = z.object({ deliveryId: z.string(), runId: z.string() });
const said = (answer: Answer | null) => (answer === null ? 'no answer' : `${answer.status} ${answer.text}`);

export class RepeatHarness {
  /** Of all points together. */
  readonly sums = { kills: 0, inTheMiddle: 0, answeredBefore: 0, cutOff: 0, equalAnswers: 0, runs: 0 };
  readonly #visitor: Visitor;

  constructor(visitor: Visitor) {
    this.#visitor = visitor;
  }

  async play(point: RepeatPoint): Promise<RepeatVerdict> {
    for (let tries = 1; ; tries += 1) {
      const { verdict, cut } = await this.#playOnce(point);
      if (verdict.faults.length > 0 || point.run !== 'any') return verdict;
      if (cut > 0) {
        this.sums.inTheMiddle += 1;
        return verdict;
      }
      // A death after all answers is one, too: it says so, and `inTheMiddle` does not count it.
      if (tries === MOST_TRIES) return { ...verdict, point: `${verdict.point}, outrun by all of them` };
    }
  }

  async #playOnce(point: RepeatPoint): Promise<{ verdict: RepeatVerdict; cut: number }> {
    const visitor = this.#visitor;
    const words = `repeats ${randomUUID()}`;
    const hooked = await makeHooked(visitor, words);
    if (point.run === 'under way')
      await visitor.model({ action: 'hold', match: { text: words, kind: 'chat' } });
    const id = `msg-${randomUUID()}`;
    const { answers, cut } = await this.#sendAndKill(point, hooked, id);
    const backAt = Date.now();
    const again = await Promise.all(Array.from({ length: TIMES }, () => post(hooked, id)));
    const faults: string[] = [];
    if (!(await settled(visitor, hooked, SETTLE_MS))) faults.push('stuck: the run does not end');
    const resumedMs = Date.now() - backAt;
    const late = await post(hooked, id);
    faults.push(...(await this.#judge(hooked, [...answers, ...[...again, late].map(said)])));
    return { verdict: { point: point.name, resumedMs, faults }, cut };
  }

  /** @returns what every sender was answered in the end, and how many the kill left without an answer at first */
  async #sendAndKill({ answered, run }: RepeatPoint, hooked: Hooked, id: string) {
    const { app } = this.#visitor;
    const answers: string[] = [];
    let dying: Promise<void> | null = null;
    let cut = 0;
    const kill = () => {
      this.sums.kills += 1;
      this.sums.answeredBefore += answers.length;
      dying = app.killWorkerd();
    };
    const send = async () => {
      const first = await post(hooked, id);
      // Before the kill everything has to be answered; after it none, or one of what is just starting, is no answer.
      if (first?.status === 202 || dying === null) answers.push(said(first));
      else {
        cut += 1;
        answers.push(`202 ${(await deliver(hooked, id)).answer}`);
      }
      if (run === 'any' && dying === null && answers.length >= answered) kill();
    };
    const sent = Array.from({ length: TIMES }, send);
    if (answered === 0) {
      // They are on their way, and nobody has an answer.
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (dying === null) kill();
    }
    await Promise.all(sent);
    if (run === 'under way') await this.#visitor.model({ action: 'await', held: 1, timeoutMs: 30_000 });
    if (run === 'over') await settled(this.#visitor, hooked, SETTLE_MS);
    if (dying === null) kill();
    await dying;
    this.sums.cutOff += cut;
    return { answers, cut };
  }

  async #judge(hooked: Hooked, answers: ReadonlyArray<string>): Promise<string[]> {
    const faults: string[] = [];
    const expect = (holds: boolean, fault: string) => {
      if (!holds) faults.push(fault);
    };
    const different = [...new Set(answers)];
    expect(
      different.length === 1,
      `${different.length} different answers: ${different.slice(0, 3).join(' | ')}`,
    );
    const [answer = ''] = different;
    expect(answer.startsWith('202 '), `answered ${answer}`);
    if (!answer.startsWith('202 ')) return faults;
    const told = Accepted.safeParse(JSON.parse(answer.slice(4))).data;
    const deliveries = await deliveriesOf(this.#visitor, hooked);
    expect(
      deliveries.length === 1 &&
        deliveries[0]?.id === told?.deliveryId &&
        deliveries[0]?.status === 'accepted',
      `${deliveries.length} deliveries kept`,
    );
    const runs = await runsOf(this.#visitor, hooked);
    const [run] = runs;
    expect(
      runs.length === 1 && run?.id === told?.runId && run?.trigger.source?.deliveries === 1,
      `${runs.length} runs: ${runs.map(({ id, outcome }) => `${id} ${outcome}`).join()}`,
    );
    expect(run?.outcome === 'completed', `the run ended ${run?.outcome}`);
    const { events } = await this.#visitor.until(hooked.conversationId, () => true);
    const counted = (type: string) => events.filter((event) => event.type === type).length;
    expect(counted('message_added') === 1, `${counted('message_added')} messages`);
    expect(counted('turn_ended') === 1, `${counted('turn_ended')} turns ended`);
    this.sums.equalAnswers += different.length === 1 ? answers.length : 0;
    this.sums.runs += runs.length;
    return faults;
  }
}
