/** What is long, on a phone: nothing is pushed out of its place. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '#dev/browser/launch.ts';
import { Person, standIn } from './person.ts';

let browser: Browser;
let ada: Person;

const phone = { width: 390, height: 844 };
const WORD = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';
const LOOKS =
  'Look for new flight receipts of American Airlines in the mail. When there is one that Rebecca does not have yet, draft the mail to her and show it. Else say in one line that there is nothing new.';

beforeAll(async () => {
  browser = await launchBrowser();
  await standIn({ action: 'pace', firstTokenMs: 0, tokenMs: 2 });
});
afterAll(() => browser.close());

it('a question whose choices have long words stays in its card', async () => {
  ada = await Person.open(browser, phone);
  await ada.signUp();
  const options = [{ label: WORD }, { label: 'AA 1234, New York to London', description: WORD }];
  const questions = [{ question: `Which? ${WORD}`, kind: 'choice', options }];
  const steps = JSON.stringify([[{ tool: 'ask_user', input: { questions } }]]);
  await ada.write(`Ask me [scenario: script steps=${steps}]`);
  await ada.page.locator('.card .option').first().waitFor();
  expect(await ada.spills()).toEqual([]);
  await ada.leave();
});

it('a long note, a long name and the report of a rehearsal stay in theirs', async () => {
  ada = await Person.open(browser, phone);
  const { page } = ada;
  await ada.signUp();
  await ada.write('Hello there');
  await ada.settled(1);
  await page.getByRole('link', { name: 'Schedules, webhooks and runs' }).click();
  await page.getByRole('button', { name: 'New schedule' }).click();
  await page.getByLabel('What Claude does each time').fill(LOOKS);
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByRole('button', { name: 'Write one' }).click();
  await page.getByLabel('The note').fill(`Told so far: AA 1234 on 12 November, $412.30. ${WORD}`);
  await page.getByRole('button', { name: 'Save the note' }).click();
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  const editor = page.getByRole('dialog');
  await editor.getByLabel('Name').fill(WORD);
  await editor.getByRole('button', { name: 'Rehearse once' }).click();
  const report = editor.getByRole('region', { name: 'What the rehearsal would have done' });
  await report.getByRole('heading', { name: 'Would have done' }).waitFor();
  expect(await ada.spills()).toEqual([]);
  // In a column of single letters it would be many lines high.
  const template = await report.getByText('Exactly this, but for {', { exact: false }).boundingBox();
  expect(template?.width).toBeGreaterThan(200);
  // However long the editor is, its verbs are in sight.
  const save = editor.getByRole('button', { name: 'Save' });
  const { y = Infinity, height = 0 } = (await save.boundingBox()) ?? {};
  expect(y + height).toBeLessThanOrEqual(phone.height);
  await save.click();
  await page.locator('.items b', { hasText: WORD }).waitFor();
  expect(await ada.spills()).toEqual([]);
  await page.getByRole('link', { name: 'Back to the conversation' }).click();
  await page.locator('.carried summary').click();
  expect(await ada.spills()).toEqual([]);
  await ada.leave();
});
