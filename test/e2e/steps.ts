/** What journeys of several kinds do again and again. */
import type { Page } from 'playwright-core';
import type { Person } from './person.ts';

/**
 * Plays what counts the runs of a schedule that comes due by the clock. Where one came due in the middle there was a run more:
 * what failed then is played once more, from its beginning and with somebody new.
 */
export async function betweenDueTimes(everyMs: number, play: () => Promise<void>): Promise<void> {
  const mark = () => Math.floor(Date.now() / everyMs);
  const before = mark();
  try {
    await play();
  } catch (error) {
    if (mark() === before) throw error;
    await play();
  }
}

/** Opens a link of a mail as a person does, and waits until its token has left the address bar. */
export async function follow(person: Person, path: string, token: string | undefined): Promise<Page> {
  const page = await person.tab(`${path}#${token}`);
  await page.waitForURL((address) => address.hash === '' && address.pathname === path);
  return page;
}

/** A button by its whole name, and a page's title. */
export const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
export const heading = (page: Page, name: string) =>
  page.getByRole('heading', { name, exact: true, level: 1 });

/** Signs out in the settings, and stands at the way in. */
export async function signOut(person: Person): Promise<void> {
  await person.goTo('/settings');
  await button(person.page, 'Sign out').click();
  await button(person.page, 'Sign in').waitFor();
  // At this address the composer is there after signing in, on a phone too.
  await person.goTo('/new');
  await person.page.getByLabel('Email').waitFor();
}
