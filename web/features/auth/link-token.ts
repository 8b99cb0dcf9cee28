/**
 * What a link carries behind its `#`: a one-time token that no server log and no referrer ever sees. It is taken once
 * and removed from the address bar, so that it is not in the history and not in a screenshot.
 */
import { createStore, useStore } from '#web/ui/store.ts';

type Place = 'verify' | 'reset' | 'sign-in';

const taken = createStore<{ place: string; token: string } | null>(null);

function take(): void {
  const token = location.hash.slice(1);
  const place = /^\/(verify|reset|sign-in)\/?$/.exec(location.pathname)?.[1];
  if (!token || place === undefined) return;
  history.replaceState(history.state, '', location.pathname + location.search);
  taken.set({ place, token });
}

take();
// A second link opened in the same tab changes only the fragment: no page is loaded.
window.addEventListener('hashchange', take);

/** The token of the link that led to this page, or null. */
export function useLinkToken(here: Place): string | null {
  const last = useStore(taken);
  return last?.place === here ? last.token : null;
}

/** It was used: it must not be used again. */
export const forgetLinkToken = (): void => taken.set(null);
