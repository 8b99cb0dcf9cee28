/** The people of the stand-in for Google: a few to pick from, and anybody whose address is typed. */
import { createHash } from 'node:crypto';

/** What an ID token says of a person. */
export interface GoogleAccount {
  /** Google's id of the account: it stays when the address changes. */
  readonly sub: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly name: string;
}

/** Decimal digits as Google's ids are, always the same for the same address: nothing has to be kept over a restart. */
const subjectOf = (email: string): string => {
  const digest = createHash('sha256').update(`google ${email.toLowerCase()}`).digest('hex');
  return `1${(BigInt(`0x${digest}`) % 10n ** 20n).toString().padStart(20, '0')}`;
};

const nameOf = (email: string): string => email.split('@', 1)[0] ?? email;

/** An account for an address, with the defaults of whatever is not said. */
export const accountOf = (
  email: string,
  { emailVerified = true, sub = subjectOf(email), name = nameOf(email) }: Partial<GoogleAccount> = {},
): GoogleAccount => ({ email, emailVerified, sub, name });

/** Offered on the page. `.example` is nobody's (RFC 2606). */
export const ACCOUNTS: readonly GoogleAccount[] = [
  accountOf('ada@gmail.example', { name: 'Ada Lovelace' }),
  accountOf('grace@gmail.example', { name: 'Grace Hopper' }),
  accountOf('alan@workspace.example', { name: 'Alan Turing', emailVerified: false }),
];
