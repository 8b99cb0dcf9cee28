/** What goes along from one page of the way in to the next: the address that was typed, and what just happened. */
import type { Session as Answer } from '#shared/protocol/account.ts';
import { session } from '#web/data/app.ts';
import { go, pageOf } from '#web/app/routes.ts';
import { createStore, useStore } from '#web/ui/store.ts';
import { takePlace } from '#web/features/google/place.ts';
import { rememberHere } from './known-browser.ts';

const email = createStore('');
const news = createStore<string | null>(null);

/** The address as it was typed last, on whichever of the pages. */
export const useTypedEmail = () => [useStore(email), email.set] as const;

/** What the sign-in page says first, such as that the password was changed. Null: nothing in particular. */
export const useNews = () => useStore(news);
export const tell = (text: string | null): void => news.set(text);

/** Takes what sign-in answered, and goes where the person wanted to be. */
export function enter(answer: Answer, to?: string): void {
  rememberHere();
  news.set(null);
  email.set('');
  const back = takePlace();
  const { name } = pageOf(location.pathname);
  if (to !== undefined) go(to, { replace: true });
  else if (name === 'sign-in' || name === 'sign-up') go(back ?? '/', { replace: true });
  session.enter(answer);
}
