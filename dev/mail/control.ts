/** What tests may set: that the next mails are refused, whoever they are for or for one address alone. */
import * as z from 'zod/mini';
import { bareAddress } from './message.ts';

const Action = z.discriminatedUnion('action', [
  /** The next `times` mails (to this address, where one is given) are answered with this status. */
  z.strictObject({
    action: z.literal('fail'),
    status: z.int().check(z.minimum(400), z.maximum(599)),
    times: z._default(z.int().check(z.minimum(1)), 1),
    to: z.optional(z.string()),
  }),
  /** Forgets all mails and failures. */
  z.strictObject({ action: z.literal('reset') }),
]);

interface Failure {
  status: number;
  left: number;
  to: string | undefined;
}

export type ControlAnswer = { ok: true; state: object } | { ok: false; problem: string };

export class Control {
  readonly #reset: () => void;
  #failures: Failure[] = [];

  constructor(reset: () => void) {
    this.#reset = reset;
  }

  /** Parses and carries out one action. */
  act(body: unknown): ControlAnswer {
    const parsed = Action.safeParse(body);
    if (!parsed.success) return { ok: false, problem: z.prettifyError(parsed.error) };
    if (parsed.data.action === 'fail') {
      const { status, times, to } = parsed.data;
      this.#failures.push({ status, left: times, to: to === undefined ? to : bareAddress(to) });
    } else {
      this.#failures = [];
      this.#reset();
    }
    return { ok: true, state: { failures: this.#failures } };
  }

  /** The status that a mail to these is to be refused with, used up by one. */
  takeFailure(to: readonly string[]): number | undefined {
    const bare = to.map(bareAddress);
    const failure = this.#failures.find((each) => each.to === undefined || bare.includes(each.to));
    if (failure === undefined) return undefined;
    failure.left -= 1;
    if (failure.left <= 0) this.#failures = this.#failures.filter((each) => each !== failure);
    return failure.status;
  }
}
