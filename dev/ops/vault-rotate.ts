/**
 * `npm run vault:rotate [address]`: seals every secret anew with the first key of VAULT_KEYS of the running app. To change
 * the key: put the new one in front of VAULT_KEYS and deploy; run this until it says that nothing is left; take the old
 * key out and deploy. Takes AUTH_SECRET and PUBLIC_URL from the environment. Exits with 1 while anything is left.
 */
import { SafeFetchError } from '#shared/adapters/safe-fetch/error.ts';
import { isLoopback, urlOf } from '#shared/core/settings/read.ts';
import { rotate, RotationError, type Totals } from './rotate.ts';

const inWords = ({ resealed, left, failed }: Totals): string =>
  `${resealed} sealed anew, ${left} could not be opened, ${failed} users could not be asked`;

/** What to call, or what is missing. The token opens this one door, but it still does not travel in clear. */
function target(): { origin: string; secret: string } | string {
  const url = urlOf(process.argv[2] ?? process.env['PUBLIC_URL'] ?? '');
  const secret = process.env['AUTH_SECRET'] ?? '';
  if (!url || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))))
    return 'Set PUBLIC_URL to the https address of the app, or give it: npm run vault:rotate https://app.example.com';
  if (secret === '') return 'Set AUTH_SECRET to the secret that the app runs with.';
  return { origin: url.origin, secret };
}

async function main(): Promise<number> {
  const to = target();
  if (typeof to === 'string') {
    console.error(to);
    return 2;
  }
  try {
    const totals = await rotate(to.origin, to.secret, Date.now, (soFar) => console.log(inWords(soFar)));
    if (totals.left + totals.failed > 0) {
      console.error(
        'Keep the old keys in VAULT_KEYS, see the log of the app (reseal_failed), and run this again.',
      );
      return 1;
    }
    console.log(
      totals.resealed > 0
        ? 'Nothing is left. Run it once more before you take old keys out: an instance of the app from before the deploy may have sealed something meanwhile.'
        : 'Everything is sealed with the newest key: older ones may be taken out of VAULT_KEYS.',
    );
    return 0;
  } catch (error) {
    if (!(error instanceof RotationError || error instanceof SafeFetchError)) throw error;
    console.error(error.message);
    return 1;
  }
}

process.exitCode = await main();
