/**
 * A burst of deliveries at a webhook while the process is killed (SIGKILL), sent as real senders do: what was not
 * answered is sent again with the same id. Nothing may be lost or taken twice, and no more runs made than are allowed,
 * nor closer together.
 */
import { randomUUID } from 'node:crypto';
import { maxRunsPerHour, nextStart } from '#shared/core/webhooks/pace.ts';
import { deliver, deliveriesOf, makeHooked, runsOf, settled } from './hook-sender.ts';
import { counted } from './tally.ts';
import type { Visitor } from './visitor.ts';

/** Senders at once. */
const SENDERS = 40;
/** How long everything may take to settle after the last answer: the runs of a burst keep apart. */
const SETTLE_MS = 240_000;

export interface BurstVerdict {
  sent: number;
  answered: number;
  /** Times that something was sent again because no answer came. */
  repeated: number;
  runs: number;
  kills: number;
  sendMs: number;
  /** From the last answer until the last run had ended. */
  settledMs: number;
  faults: string[];
}

/** @param count deliveries; one in twenty is sent twice */
export async function playBurst(visitor: Visitor, count: number, kills: number): Promise<BurstVerdict> {
  const hooked = await makeHooked(visitor, 'Say what came');
  const ids = Array.from({ length: count }, () => `msg-${randomUUID()}`);
  const queue = [...ids, ...ids.filter((_, index) => index % 20 === 0)];
  const answers = new Map<string, Set<string>>();
  const [startedAt, total] = [Date.now(), queue.length];
  let repeated = 0;
  let done = 0;
  let killed = 0;
  const send = async () => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      const { answer, tries } = await deliver(hooked, id);
      answers.set(id, (answers.get(id) ?? new Set()).add(answer));
      repeated += tries - 1;
      done += 1;
      // One sender sees to it that the process dies, the others go on meanwhile.
      if (killed < kills && done >= ((killed + 1) * total) / (kills + 1)) {
        killed += 1;
        await visitor.app.killWorkerd();
      }
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, send));
  const sentAt = Date.now();

  const faults: string[] = [];
  const expect = (holds: boolean, fault: string) => {
    if (!holds) faults.push(fault);
  };
  expect(await settled(visitor, hooked, SETTLE_MS), 'stuck: deliveries still wait for their run');
  const settledMs = Date.now() - sentAt;
  const deliveries = await deliveriesOf(visitor, hooked);
  const runs = await runsOf(visitor, hooked);
  const kept = new Set(deliveries.map(({ id }) => id));
  const told = [...answers.values()].map((each) => [...each]);
  faults.push(...counted('answers', answers.size, count));
  expect(
    told.every((each) => each.length === 1),
    'double: a repeat got another answer',
  );
  faults.push(
    ...counted('deliveries kept', deliveries.length, count),
    ...counted('ids kept', kept.size, count),
  );
  expect(
    told.every(([answer = '{}']) => {
      const { deliveryId }: { deliveryId?: string } = JSON.parse(answer);
      return deliveryId !== undefined && kept.has(deliveryId);
    }),
    'lost: an answer names a delivery that is not kept',
  );
  const taken = runs.reduce((sum, { trigger }) => sum + (trigger.source?.deliveries ?? 0), 0);
  faults.push(...counted('deliveries in runs', taken, count));
  expect(runs.length <= maxRunsPerHour, `${runs.length} runs`);
  const starts = runs.map((run) => Date.parse(run.startedAt));
  expect(
    starts.every((at, index) => at >= nextStart(starts.slice(0, index))),
    'runs are closer together than they may be',
  );
  const sendMs = sentAt - startedAt;
  return {
    sent: total,
    answered: done,
    repeated,
    runs: runs.length,
    kills: killed,
    sendMs,
    settledMs,
    faults,
  };
}
