/** Authorization codes: each good once, for ten minutes, and for whoever can show the verifier to its challenge. */
import { createHash, randomBytes } from 'node:crypto';
import type { GoogleAccount } from './accounts.ts';
import type { Authorization } from './authorization.ts';

const LIFE_MS = 10 * 60_000;
const MOST = 1_000;

export interface Grant {
  readonly authorization: Authorization;
  readonly account: GoogleAccount;
}

export class Codes {
  readonly #now: () => number;
  readonly #grants = new Map<string, Grant & { expiresAt: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  issue(grant: Grant): string {
    const code = `4/0${randomBytes(32).toString('base64url')}`;
    this.#grants.set(code, { ...grant, expiresAt: this.#now() + LIFE_MS });
    const [oldest] = this.#grants.keys();
    if (this.#grants.size > MOST && oldest !== undefined) this.#grants.delete(oldest);
    return code;
  }

  /** Whom a code is about, without using it up. */
  whose(code: string): string | undefined {
    return this.#grants.get(code)?.account.email;
  }

  /** Uses the code up; null when it is unknown, used already or too old. */
  take(code: string): Grant | null {
    const grant = this.#grants.get(code);
    this.#grants.delete(code);
    return grant !== undefined && this.#now() < grant.expiresAt ? grant : null;
  }

  clear(): void {
    this.#grants.clear();
  }
}

/** RFC 7636 section 4.6. */
export const fitsChallenge = (verifier: string, challenge: string): boolean =>
  /^[A-Za-z0-9._~-]{43,128}$/.test(verifier) &&
  createHash('sha256').update(verifier).digest('base64url') === challenge;
