/**
 * Has a running app seal every user's secrets with its newest key, page by page, and adds up what it answers. Doing it
 * twice changes nothing more, so whatever goes wrong is put right by doing it again. For the command line see
 * `vault-rotate.ts`; what is sealed, and how, only the app knows.
 */
import { fetchConfigured } from '#shared/adapters/safe-fetch/configured.ts';
import { makeOperatorToken } from '#shared/adapters/vault/operator-token.ts';
import { ResealPage } from '#shared/adapters/vault/reseal-page.ts';

/** A page may wake a hundred sleeping objects. */
const LIMITS = { timeoutMs: 120_000, maxBytes: 65_536 };

export type Totals = Omit<ResealPage, 'nextCursor'>;

/** The app did not do what it was asked; `message` is for the operator. */
export class RotationError extends Error {
  override readonly name = 'RotationError';
}

/** Why the app refused, in the operator's words. */
function whyNot(status: number): string {
  // The app answers so to everybody who is not its operator.
  if (status === 404)
    return 'The app does not take this for its operator: AUTH_SECRET must be the one it runs with, and the clocks must agree.';
  return `The app answered ${status}.`;
}

/**
 * @param origin of the app, without a path
 * @param secret its AUTH_SECRET
 * @param now the clock, in milliseconds since the epoch
 * @param onPage is told the totals after each page
 * Throws `RotationError`, or `SafeFetchError` when the app cannot be reached.
 */
export async function rotate(
  origin: string,
  secret: string,
  now: () => number,
  onPage: (totals: Totals) => void,
): Promise<Totals> {
  const totals = { resealed: 0, left: 0, failed: 0 };
  let cursor: string | null = null;
  do {
    // One for each page: all of them together may take longer than one is good for.
    const token = await makeOperatorToken(secret, 'vault-rotate', now());
    const answer = await fetchConfigured(
      `${origin}/api/ops/reseal`,
      {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(cursor === null ? {} : { cursor }),
      },
      LIMITS,
    );
    if (!answer.ok) throw new RotationError(whyNot(answer.status));
    const page = ResealPage.safeParse(answer.json());
    if (!page.success) throw new RotationError('The answer is none that this command understands.');
    totals.resealed += page.data.resealed;
    totals.left += page.data.left;
    totals.failed += page.data.failed;
    cursor = page.data.nextCursor;
    onPage({ ...totals });
  } while (cursor !== null);
  return totals;
}
