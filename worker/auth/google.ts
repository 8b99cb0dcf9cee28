/** The way to Google of these settings; where no client is configured there is none. */
import { type GoogleSignIn, makeGoogleSignIn } from '#shared/adapters/google/sign-in.ts';
import type { Services } from '../services.ts';

const made = new WeakMap<Services, GoogleSignIn>();

/** Made once for each services object, so that Google's keys are kept. Null where sign-in with Google is not set up. */
export function googleOf(services: Services): GoogleSignIn | null {
  const { google, publicOrigin } = services.settings;
  if (google === null) return null;
  const way =
    made.get(services) ??
    makeGoogleSignIn(google, `${publicOrigin}/api/auth/google/callback`, services.clock);
  made.set(services, way);
  return way;
}
