/** What tests may set: who the next authorization is for, and what goes wrong. */
import * as z from 'zod/mini';
import { accountOf, type GoogleAccount } from './accounts.ts';

/** Faults that spoil the ID token itself. */
export const TOKEN_FAULTS = [
  'wrong_nonce',
  'no_nonce',
  'wrong_audience',
  'wrong_issuer',
  'expired',
  'from_the_future',
  'foreign_key',
  'unknown_key',
  'unsigned',
  'symmetric',
] as const;

/**
 * The first group spoils the ID token, the second the answer of the token endpoint, the third that of the keys. `slow`
 * never answers: the caller has to give up.
 */
export const Fault = z.enum([
  ...TOKEN_FAULTS,
  'token_error',
  'token_garbage',
  'token_huge',
  'token_without_id_token',
  'token_slow',
  'keys_error',
  'keys_garbage',
  'keys_slow',
]);
export type Fault = z.infer<typeof Fault>;

const Action = z.discriminatedUnion('action', [
  /** The next authorization is answered at once for this account, without the page. */
  z.strictObject({
    action: z.literal('account'),
    email: z.string().check(z.minLength(1)),
    emailVerified: z._default(z.boolean(), true),
    sub: z.optional(z.string().check(z.minLength(1))),
    name: z.optional(z.string()),
  }),
  /** The next authorization is denied at once. */
  z.strictObject({ action: z.literal('deny') }),
  /** The next `times` requests that it fits go wrong like this; with `email` only those about this address. */
  z.strictObject({
    action: z.literal('fault'),
    fault: Fault,
    times: z._default(z.number().check(z.int(), z.minimum(1)), 1),
    email: z.optional(z.string()),
  }),
  /** Signs with a new key from now on. `forget`: the old one is not published any more. */
  z.strictObject({ action: z.literal('rotate_keys'), forget: z._default(z.boolean(), false) }),
  z.strictObject({ action: z.literal('reset') }),
]);
type Action = z.infer<typeof Action>;
const Actions = z.union([Action, z.array(Action)]);

export type ControlAnswer = { ok: true; state: object } | { ok: false; problem: string };

/** What the next authorization answers without asking. */
export type Decision = { account: GoogleAccount } | 'deny';

export class Control {
  readonly #others: { rotateKeys: (forget: boolean) => Promise<void>; reset: () => void };
  #decisions: Decision[] = [];
  #faults: { fault: Fault; left: number; email: string | undefined }[] = [];

  constructor(others: { rotateKeys: (forget: boolean) => Promise<void>; reset: () => void }) {
    this.#others = others;
  }

  /** Parses and carries out one action or a list of them. */
  async act(body: unknown): Promise<ControlAnswer> {
    const parsed = Actions.safeParse(body);
    if (!parsed.success) return { ok: false, problem: z.prettifyError(parsed.error) };
    for (const action of Array.isArray(parsed.data) ? parsed.data : [parsed.data])
      await this.#carryOut(action);
    return { ok: true, state: this.state() };
  }

  state(): object {
    return { decisions: this.#decisions, faults: this.#faults };
  }

  takeDecision(): Decision | undefined {
    return this.#decisions.shift();
  }

  /** The first fault of these that was asked for, used up by one. @param about whose request it is, if that is known */
  takeFault(about: string | undefined, ...ofThese: readonly Fault[]): Fault | undefined {
    const index = this.#faults.findIndex(
      ({ fault, email }) => ofThese.includes(fault) && (email === undefined || email === about),
    );
    const found = this.#faults[index];
    if (found === undefined) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.#faults.splice(index, 1);
    return found.fault;
  }

  async #carryOut(action: Action): Promise<void> {
    switch (action.action) {
      case 'account': {
        const { email, emailVerified, sub, name } = action;
        const more = { ...(sub === undefined ? {} : { sub }), ...(name === undefined ? {} : { name }) };
        this.#decisions.push({ account: accountOf(email, { emailVerified, ...more }) });
        return;
      }
      case 'deny':
        this.#decisions.push('deny');
        return;
      case 'fault':
        this.#faults.push({ fault: action.fault, left: action.times, email: action.email });
        return;
      case 'rotate_keys':
        return this.#others.rotateKeys(action.forget);
      case 'reset':
        this.#decisions = [];
        this.#faults = [];
        this.#others.reset();
        return;
      default:
        return action satisfies never;
    }
  }
}
