/** What tests may set: that the next mails are refused or kept waiting, whoever they are for or for one address alone. */
import * as z from 'zod/mini';
import { bareAddress } from './message.ts';

const times = z._default(z.int().check(z.minimum(1)), 1);
/** Only mails to this address; all files of a test run share one capture. */
const to = z.optional(z.string());

const Action = z.discriminatedUnion('action', [
  /** The next `times` mails are answered with this status. `taken`: they came all the same, and only that is not said. */
  z.strictObject({
    action: z.literal('fail'),
    status: z.int().check(z.minimum(400), z.maximum(599)),
    taken: z._default(z.boolean(), false),
    times,
    to,
  }),
  /** The next `times` mails wait, not yet taken, until `release`. */
  z.strictObject({ action: z.literal('hold'), times, to }),
  /** Lets all that wait go on, and forgets holds that nobody claimed. */
  z.strictObject({ action: z.literal('release') }),
  /** Answers once so many mails wait. */
  z.strictObject({ action: z.literal('await'), held: z.int().check(z.minimum(1)) }),
  /** Forgets all mails, failures and holds. */
  z.strictObject({ action: z.literal('reset') }),
]);
type Action = z.infer<typeof Action>;
type Failure = Pick<Extract<Action, { action: 'fail' }>, 'status' | 'taken'>;

/** Something set for mails to come. */
interface Planned {
  left: number;
  to: string | undefined;
}

export type ControlAnswer = { ok: true; state: object } | { ok: false; problem: string };

export class Control {
  readonly #forgetMails: () => void;
  #failures: (Failure & Planned)[] = [];
  #holds: Planned[] = [];
  readonly #held = new Set<() => void>();
  readonly #watchers = new Set<() => void>();

  constructor(forgetMails: () => void) {
    this.#forgetMails = forgetMails;
  }

  /** Parses and carries out one action. `signal`: nobody waits for the answer any more. */
  async act(body: unknown, signal: AbortSignal): Promise<ControlAnswer> {
    const parsed = Action.safeParse(body);
    if (!parsed.success) return { ok: false, problem: z.prettifyError(parsed.error) };
    const problem = await this.#carryOut(parsed.data, signal);
    return problem === undefined ? { ok: true, state: this.state() } : { ok: false, problem };
  }

  state(): object {
    return { failures: this.#failures, holds: this.#holds, held: this.#held.size };
  }

  /** How a mail to these is to fail, used up by one. */
  takeFailure(receivers: readonly string[]): Failure | undefined {
    return take(this.#failures, receivers);
  }

  /** Keeps a mail to these waiting where that was asked for; until it is released or its sender has gone. */
  async hold(receivers: readonly string[], signal: AbortSignal): Promise<void> {
    if (take(this.#holds, receivers) === undefined || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.add(resolve);
    for (const look of this.#watchers) look();
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    this.#held.delete(resolve);
  }

  async #carryOut(action: Action, signal: AbortSignal): Promise<string | undefined> {
    switch (action.action) {
      case 'fail':
        this.#failures.push({ ...plannedOf(action), status: action.status, taken: action.taken });
        return undefined;
      case 'hold':
        this.#holds.push(plannedOf(action));
        return undefined;
      case 'await':
        await this.#until(() => this.#held.size >= action.held, signal);
        return signal.aborted ? `await: ${this.#held.size} mails wait` : undefined;
      case 'reset':
        this.#failures = [];
        this.#forgetMails();
        return this.#release();
      case 'release':
        return this.#release();
      default:
        return action satisfies never;
    }
  }

  #release(): undefined {
    this.#holds = [];
    for (const goOn of this.#held) goOn();
  }

  async #until(reached: () => boolean, signal: AbortSignal): Promise<void> {
    if (reached() || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => reached() && resolve();
    this.#watchers.add(look);
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    this.#watchers.delete(look);
  }
}

const plannedOf = ({ times: left, to: receiver }: { times: number; to?: string | undefined }): Planned => ({
  left,
  to: receiver === undefined ? undefined : bareAddress(receiver),
});

/** The first thing planned for these receivers, used up by one. */
function take<Item extends Planned>(list: Item[], receivers: readonly string[]): Item | undefined {
  const bare = receivers.map(bareAddress);
  const index = list.findIndex((item) => item.to === undefined || bare.includes(item.to));
  const found = list[index];
  if (found === undefined) return undefined;
  found.left -= 1;
  if (found.left <= 0) list.splice(index, 1);
  return found;
}
