/** What the journeys of one file share: a browser, people who leave after each, and pictures for whoever wants to look. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { launchBrowser } from '#dev/browser/launch.ts';
import { type Look, Person, standIn } from './person.ts';

let browser: Browser | undefined;
const people: Person[] = [];

/** For the top of a file. The stand-in says a token in each `tokenMs` milliseconds, and the first one at once. */
export function setStage({ tokenMs = 2 } = {}): void {
  beforeAll(async () => {
    browser = await launchBrowser();
    await standIn({ action: 'pace', firstTokenMs: 0, tokenMs });
  });
  afterAll(() => browser?.close());
  // Fails a journey in which the page complained.
  afterEach(async () => {
    for (const person of people.splice(0)) await person.leave();
  });
}

/** `LOOK=390-dark npm run test:e2e`: every window of that width and colour, for whoever wants to look. */
function lookOf(wanted?: Look): Look | undefined {
  const [width, colour] = process.env['LOOK']?.split('-') ?? [];
  return width === undefined ? wanted : { ...wanted, width: Number(width), dark: colour === 'dark' };
}

/** A person with a browser window of their own. Throws where `setStage` was not called. */
export async function newPerson(look?: Look): Promise<Person> {
  if (browser === undefined) throw new Error('setStage comes first');
  const person = await Person.open(browser, lookOf(look));
  people.push(person);
  return person;
}

/** Takes a picture if somebody wants to look: `SCREENSHOTS=folder npm run test:e2e`. */
export async function picture(page: Page, name: string, { fullPage = false } = {}): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage });
}
