/**
 * How often something may be tried, counted exactly: the rules, and the decision about one more attempt. Counting is
 * the part of `LimiterDO`, which keeps the attempts of one counter; who is asking, the worker says.
 */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** At most `max` attempts in any stretch of `windowMs` milliseconds: the window slides. */
export interface Window {
  max: number;
  windowMs: number;
}

export type Decision = { ok: true } | { ok: false; retryAfterMs: number };

/**
 * Decides about one more attempt at `now`. `attempts` are the times of those that were let through, in any order; one
 * that was refused does not count, so that asking again and again makes nobody wait longer.
 */
export function decide(
  attempts: ReadonlyArray<number>,
  windows: ReadonlyArray<Window>,
  now: number,
): Decision {
  let freeAt = now;
  const sorted = attempts.toSorted((a, b) => a - b);
  for (const { max, windowMs } of windows) {
    const counted = sorted.filter((at) => at > now - windowMs);
    if (counted.length < max) continue;
    // The next place is free when only max - 1 of these are left in the window.
    const leaving = counted[counted.length - max];
    freeAt = Math.max(freeAt, leaving === undefined ? now + windowMs : leaving + windowMs);
  }
  return freeAt > now ? { ok: false, retryAfterMs: freeAt - now } : { ok: true };
}

/** When an attempt made at `at` no longer counts in any of the windows. */
export const expiryOf = (at: number, windows: ReadonlyArray<Window>): number =>
  at + Math.max(0, ...windows.map(({ windowMs }) => windowMs));

/** Whom an attempt is counted against. */
export type SubjectKind = 'email' | 'user' | 'address';

/** One counter for each value of `by` together. `forgiven`: a success makes it start anew. */
export interface Counter {
  by: ReadonlyArray<SubjectKind>;
  windows: ReadonlyArray<Window>;
  forgiven?: true;
}

const per = (by: SubjectKind, max: number, windowMs: number): Counter => ({
  by: [by],
  windows: [{ max, windowMs }],
});
const forgivenPer = (by: SubjectKind, max: number, windowMs: number): Counter => ({
  ...per(by, max, windowMs),
  forgiven: true,
});

/**
 * Every rule. Its counters are asked one after the other, and the first that refuses ends it: what one caller has used up
 * does not eat from a counter that others share. The address stands first, so that a flood of made-up emails from one
 * place stops making objects; the email alone stands last, so that one place cannot use it up.
 */
export const rules = {
  /**
   * Guessing passwords. Ten tries are more than an owner needs, and they are counted for each pair of email and address:
   * somebody elsewhere cannot lock the owner out. The hundred for each email makes a guess spread over many addresses
   * slow: at most 2,400 passwords a day.
   */
  sign_in: [
    per('address', 100, 15 * MINUTE),
    { by: ['email', 'address'], windows: [{ max: 10, windowMs: 15 * MINUTE }], forgiven: true },
    per('email', 100, HOUR),
  ],
  /** An office behind one address can come in; a script cannot fill the database. */
  sign_up: [per('address', 20, HOUR)],
  /** The mail that tells an owner of a repeated sign-up. More than one a day would be a way to pester them. */
  sign_up_mail: [per('email', 1, DAY)],
  /** Asking for a link to choose a new password: the address gets a 429. */
  reset: [per('address', 20, HOUR)],
  /** The same for an email: beyond it nothing is sent, and the answer stays the same for known and unknown ones. */
  reset_mail: [per('email', 3, HOUR)],
  /** Tokens out of a mail. They cannot be guessed; this keeps the attempts from costing anything. */
  link: [per('address', 10, 15 * MINUTE), per('user', 10, 15 * MINUTE)],
  /** What follows the right password. A recovery code is short enough to be guessed, so this limit is its strength. */
  second_factor: [per('address', 10, 15 * MINUTE), forgivenPer('user', 10, 15 * MINUTE)],
  /** Proving again who one is: a stolen session must not become a way to guess the password. */
  confirm: [forgivenPer('user', 10, 15 * MINUTE)],
  /** Mail to the address of an account; it may be somebody else's until it is confirmed. */
  verification_mail: [per('user', 5, HOUR)],
  /** Mail to any address that a user names, also counted for that address: many users together must not pester it. */
  email_change: [per('user', 5, HOUR), per('email', 3, DAY)],
  /** What changes the ways in. Each is a line of the log, and a mail. */
  protect: [per('user', 40, HOUR)],
  /** An export reads everything there is. */
  export: [per('user', 10, HOUR)],
  /** Far more than anybody needs, and few enough that a stolen session cannot bury one key among thousands. */
  api_key: [per('user', 50, DAY)],
} as const satisfies Record<string, ReadonlyArray<Counter>>;

export type Rule = keyof typeof rules;

/** The counters of a rule, as what every rule is. */
export const countersOf = (rule: Rule): ReadonlyArray<Counter> => rules[rule];
