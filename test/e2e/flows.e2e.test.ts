/**
 * The three example flows of the requirements, by words alone: what a person says there is typed into the composer, the
 * schedule comes due by the clock, and no button is pressed. The list says after each step how the conversation stands.
 */
import { beforeEach, expect, it } from 'vitest';
import * as z from 'zod/mini';
import type { Person } from './person.ts';
import { newPerson, setStage } from './stage.ts';

setStage();
let ada: Person;

beforeEach(async () => {
  ada = await newPerson();
  await ada.signUp();
});

const asks = (title: string) => ada.page.locator('.card').getByRole('heading', { name: title }).waitFor();
const says = (words: string) => ada.replies().locator('p', { hasText: words }).last().waitFor();
/** How the conversation stands, as the list says it. */
const stands = (word: string) =>
  ada.page.locator('.list .row .standing').first().getByText(word, { exact: true }).waitFor();

const dev = async (path: string, body?: object): Promise<unknown> => {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`${ada.url}/__dev/${path}`, init);
  expect(response.ok).toBe(true);
  return response.status === 204 ? null : await response.json();
};
const Clock = z.object({ now: z.string(), offsetMs: z.number() });
const readClock = async () => Clock.parse(await dev('clock'));

const FIVE_MINUTES = 5 * 60_000;

/** Moves the clock to the next time of every five minutes, and lets the alarm of this conversation see it. */
async function comesDue(): Promise<void> {
  const now = Date.parse((await readClock()).now);
  await dev('clock', { advanceMs: FIVE_MINUTES - (now % FIVE_MINUTES) });
  await dev('ring', { conversationId: ada.page.url().split('/').at(-1) });
}

it('email watcher: it looks by itself every five minutes, asks before the mail goes out, and goes on', async () => {
  await ada.write('Watch my email for AA flight receipts, email Rebecca when found');
  await asks('Works by itself: every 5 minutes');
  await stands('Waiting for you');
  await ada.write('yes');
  await says('I look every 5 minutes from now on');
  await stands('Scheduled');
  const { offsetMs } = await readClock();
  try {
    await comesDue();
    await says('Found a receipt');
    await stands('Waiting for you');
    await ada.write('Send it');
    await says('went to Rebecca');
    await stands('Scheduled');
    // It goes on: the next look finds nothing that Rebecca does not have.
    await comesDue();
    await says('No new receipts.');
    await stands('Scheduled');
  } finally {
    await dev('clock', { advanceMs: offsetMs - (await readClock()).offsetMs });
  }
  await ada.goTo('/settings/effects');
  await ada.page
    .getByText(/approved by you/)
    .first()
    .waitFor();
  expect(await ada.page.getByText('Send mail', { exact: true }).count()).toBe(1);
});

it('clarifying question: which trip is asked, answered in the composer, and the photos are found', async () => {
  await ada.write('Help me find photos from my trip');
  await asks('Which trip are you looking for?');
  await stands('Waiting for you');
  await ada.write('Japan last October');
  await says('247 photos found');
  expect(await ada.page.locator('.card').count()).toBe(0);
  await stands('Talking');
});

it('podcast: one typed reply answers both questions, and the outline comes by itself to be looked at', async () => {
  await ada.write('Create a podcast about AI news');
  await ada.page.locator('.card').getByText('What tone?').waitFor();
  await stands('Waiting for you');
  await ada.write('10 minutes, casual');
  await asks('Works by itself: at once');
  expect(await ada.page.locator('.card').textContent()).toContain('10 minutes, Casual');
  await ada.write('go ahead');
  await asks('Does it look good');
  await stands('Waiting for you');
  await ada.write('yes');
  await says('The outline stands');
  await stands('Talking');
});
