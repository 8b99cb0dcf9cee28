import { createHmac } from 'node:crypto';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Person } from './person.ts';
import { newPerson, picture, setStage } from './stage.ts';
import { betweenDueTimes } from './steps.ts';

setStage();

/** Opens what a conversation does by itself. */
async function openWork(person: Person) {
  await person.signUp();
  await person.write('Hello there');
  await person.settled(1);
  await person.page.getByRole('link', { name: 'Schedules, webhooks and runs' }).click();
  await person.page.getByRole('heading', { name: 'Webhooks' }).waitFor();
}

/** Makes a schedule in the editor: every weekday at 08:00. */
async function greet(page: Page) {
  await page.getByRole('button', { name: 'New schedule' }).click();
  await page.getByLabel('What Claude does each time').fill('Say hello to the world');
  await page.getByLabel('Name').fill('Morning greeting');
  await page.getByRole('button', { name: 'Start' }).click();
}

it('a schedule is made with a preview, run by hand, seen with its receipt, paused, and deleted', async () => {
  const ada = await newPerson();
  const { page } = ada;
  await openWork(ada);
  await page.getByRole('button', { name: 'Write one' }).click();
  await page.getByLabel('The note').fill('Told so far: **nothing**');
  await page.getByRole('button', { name: 'Save the note' }).click();
  await page.locator('.carried strong').waitFor();
  await page.getByRole('button', { name: 'New schedule' }).click();
  await page.getByLabel('What Claude does each time').fill('Say hello to the world');
  await page.getByText('Every weekday at 08:00').waitFor();
  expect(await page.getByRole('list', { name: 'Next times' }).getByRole('listitem').count()).toBe(5);
  await page.getByLabel('When').selectOption('By a cron rule');
  await page.getByLabel('Minute, hour, day, month, weekday').fill('0 8 30 2 *');
  await page.getByText(/30 February/).waitFor();
  await picture(page, 'schedule-fault');
  await page.getByLabel('When').selectOption('On days, at a time');
  await page.getByText('Every weekday at 08:00').waitFor();
  await page.getByLabel('Name').fill('Morning greeting');
  expect(await ada.accessibility()).toEqual([]);
  await picture(page, 'schedule-editor');
  await page.getByRole('button', { name: 'Start' }).click();
  const item = page.locator('.items > li', { hasText: 'Morning greeting' });
  await item.getByText(/^Next /).waitFor();
  await item.getByRole('button', { name: 'Run now' }).click();
  await page.locator('.runs > li').nth(1).waitFor();
  const run = page.locator('.runs > li').first();
  await run.getByText('Schedule “Morning greeting”').waitFor();
  await run.getByText('Done').waitFor();
  await item.getByText('Why did or didn’t it run?').click();
  await item.getByText('started by hand').waitFor();
  expect(await ada.accessibility()).toEqual([]);
  await picture(page, 'work');
  // What is open is kept current: another run comes into the receipts by itself.
  await item.getByRole('button', { name: 'Run now' }).click();
  await item.getByRole('link', { name: 'its run' }).nth(1).waitFor();
  await item.getByRole('link', { name: 'its run' }).first().click();
  await page.getByRole('heading', { name: 'Schedule “Morning greeting”' }).waitFor();
  await page.getByText(/Claude read/).waitFor();
  await page.getByText('Came due “Morning greeting”').waitFor();
  expect(await ada.accessibility()).toEqual([]);
  await picture(page, 'run');
  // An address of the time when runs had no page of their own.
  const runId = page.url().split('/').at(-1) ?? '';
  await ada.goTo(`${new URL(page.url()).pathname.replace(/runs.*/, 'work')}#run-${runId}`);
  await page.waitForURL((address) => address.pathname.endsWith(`/runs/${runId}`));
  await page.getByRole('link', { name: 'Back to all runs' }).click();
  await item.getByRole('button', { name: 'Pause' }).click();
  await item.getByText('Paused by you').waitFor();
  await item.getByRole('button', { name: 'Resume' }).click();
  await item.getByText(/^Next /).waitFor();
  await page
    .locator('.list .standing')
    .getByText(/^next /)
    .waitFor();
  await page.getByRole('link', { name: 'Back to the conversation' }).click();
  await page.getByText('Morning greeting').first().click();
  await page.locator('.by-itself .plain').getByText('Say hello to the world').first().waitFor();
  await page.locator('.carried summary').getByText('Told so far').waitFor();
  await picture(page, 'by-itself');
  expect(await ada.accessibility()).toEqual([]);
  await page.getByRole('link', { name: 'Schedules, webhooks and runs' }).first().click();
  await item.getByRole('button', { name: 'Delete…' }).click();
  await page.getByRole('button', { name: 'Delete this schedule' }).click();
  await item.waitFor({ state: 'detached' });
});

it('the calendar shows what ran and why, what comes in any week, and leads to it', async () => {
  const ada = await newPerson();
  const { page } = ada;
  await openWork(ada);
  await greet(page);
  await page.getByRole('button', { name: 'Run now' }).click();
  await page.locator('.runs').getByText('Schedule “Morning greeting”').waitFor();
  await ada.goTo('/scheduled');
  const today = page.locator('.week > [aria-current]');
  await today.getByText('Done').first().waitFor();
  await today.locator('summary').first().click();
  await today.getByText('Started by hand').first().waitFor();
  expect(await ada.accessibility()).toEqual([]);
  await picture(page, 'scheduled');
  await page.keyboard.press('ArrowRight');
  // A rule of weekdays, five times in any week to come.
  await page.locator('.week').getByText('Due', { exact: true }).nth(4).waitFor();
  expect(await page.locator('.week').getByText('Due', { exact: true }).count()).toBe(5);
  await page.getByRole('button', { name: 'This week' }).click();
  await today.getByRole('link', { name: 'Morning greeting' }).first().click();
  await page.getByRole('heading', { name: 'Schedule “Morning greeting”' }).waitFor();
  await ada.goTo('/scheduled');
  await page.locator('.coming a').first().click();
  await page.getByRole('heading', { name: 'Webhooks' }).waitFor();
});

it('what stands still is found among what is scheduled, and what was removed says why it did or did not run', async () => {
  const ada = await newPerson({ width: 390, height: 844, dark: true });
  const { page } = ada;
  await openWork(ada);
  await greet(page);
  await page.getByRole('button', { name: 'Run now' }).click();
  await page.locator('.runs').getByText('Schedule “Morning greeting”').waitFor();
  const work = new URL(page.url()).pathname;
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('Paused by you').waitFor();
  await ada.goTo('/scheduled');
  const paused = page.getByRole('region', { name: 'Paused' });
  await paused.getByText('Paused by you').scrollIntoViewIfNeeded();
  expect(await ada.accessibility()).toEqual([]);
  expect(await ada.spills()).toEqual([]);
  await picture(page, 'paused');
  await paused.getByRole('button', { name: /^Resume/ }).click();
  await page.getByRole('region', { name: 'What works by itself' }).getByText('Scheduled').waitFor();
  await paused.waitFor({ state: 'detached' });

  await ada.goTo(work);
  await page.getByRole('button', { name: 'Delete…' }).click();
  await page.getByRole('button', { name: 'Delete this schedule' }).click();
  await page.getByText('Removed schedules', { exact: true }).click();
  const removed = page.locator('.removed li', { hasText: 'Removed by you' });
  await removed.getByText('Why did or didn’t it run?').click();
  await removed.getByRole('link', { name: 'its run' }).scrollIntoViewIfNeeded();
  expect(await ada.accessibility()).toEqual([]);
  expect(await ada.spills()).toEqual([]);
  await picture(page, 'removed');
});

it('a webhook is made on the phone, tried, sent to from outside, and its delivery read', async () => {
  const ada = await newPerson({ width: 390, height: 844, dark: true });
  const { page } = ada;
  await openWork(ada);
  await page.getByRole('button', { name: 'New webhook' }).click();
  await page.getByLabel('Name').fill('New issues');
  await page.getByLabel('What Claude does with what arrives').fill('Say what came');
  await picture(page, 'webhook-editor');
  expect(await ada.accessibility()).toEqual([]);
  await page.getByRole('button', { name: 'Make it' }).click();
  const url = (await page.getByLabel('Address', { exact: true }).textContent()) ?? '';
  const secret = (await page.getByLabel('Secret', { exact: true }).textContent()) ?? '';
  await picture(page, 'webhook-secret');
  await page.getByRole('button', { name: 'I have copied it' }).click();
  const body = JSON.stringify({ action: 'opened', issue: { title: 'It is broken' } });
  const headers = {
    'content-type': 'application/json',
    'x-github-delivery': crypto.randomUUID(),
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  };
  const sent = await fetch(new URL(new URL(url).pathname, ada.url), { method: 'POST', headers, body });
  expect(sent.status).toBe(202);
  await page.getByText('Webhook “New issues”').waitFor();
  const item = page.locator('.items > li', { hasText: 'New issues' });
  await picture(page, 'webhook-item-phone');
  await item.getByText('1 delivery', { exact: false }).waitFor();
  await item.getByText('What arrived').click();
  await item.getByText('Taken in').waitFor();
  await item.locator('.deliveries summary').first().click();
  await item.locator('.payload').getByText('It is broken', { exact: false }).waitFor();
  await picture(page, 'webhook-phone');
  expect(await ada.accessibility()).toEqual([]);
  await page.getByRole('link', { name: 'Back to the conversation' }).click();
  await page.locator('.by-itself summary').click();
  await page.locator('.arrived').getByText('It is broken', { exact: false }).waitFor();
  await picture(page, 'by-itself-phone');
});

it('what happened while one was elsewhere is told at once, stands in the inbox, and is read there', async () => {
  const ada = await newPerson();
  const { page } = ada;
  await openWork(ada);
  await greet(page);
  const other = await ada.tab('/inbox');
  await other.getByText('Nothing yet.', { exact: false }).waitFor();
  await page.getByRole('button', { name: 'Run now' }).click();
  // It stands in the list, and for some seconds also in a note that comes up.
  await other.getByText('Morning greeting is done.', { exact: true }).first().waitFor();
  await other.getByRole('link', { name: /Morning greeting is done \(unread\)/ }).waitFor();
  expect(await ada.accessibility(other)).toEqual([]);
  await picture(other, 'news');
  await other.getByRole('button', { name: 'Mark all as read' }).click();
  await other.getByRole('button', { name: 'Mark all as read' }).waitFor({ state: 'detached' });
  await other.getByRole('link', { name: 'Its run' }).click();
  await other.getByRole('heading', { name: 'Schedule “Morning greeting”' }).waitFor();
  await other.waitForURL((address) => !address.pathname.includes('/at-'));
});

/** By the mailbox that everybody has, every five minutes. */
async function watchMail(): Promise<void> {
  const ada = await newPerson();
  const { page } = ada;
  await ada.signUp();
  await ada.write('Watch my email for AA flight receipts, email Rebecca when found');
  const card = page.locator('.card');
  await card.getByRole('heading', { name: 'Works by itself: every 5 minutes' }).waitFor();
  const talk = page.url();
  expect(await card.getByRole('list', { name: 'Next times' }).getByRole('listitem').count()).toBe(5);
  await card.getByText(/8,640 runs a month/).waitFor();
  expect(await ada.accessibility()).toEqual([]);
  await picture(page, 'proposal');
  await card.getByRole('button', { name: 'Rehearse once' }).click();
  await page
    .getByText(/Rehearsal: not done/)
    .first()
    .waitFor();
  const report = page.getByRole('region', { name: 'What the rehearsal would have done' });
  await report.getByRole('heading', { name: 'To run without asking it needs' }).waitFor();
  await report
    .getByText(/Send mail to rebecca@example.com/)
    .first()
    .waitFor();
  await report.getByRole('button', { name: 'Start it on its card' }).click();
  await page.locator('.card h3:focus').waitFor();
  await card.getByRole('button', { name: 'Start it' }).click();
  await page
    .getByText(/It is set up, and goes on by itself/)
    .first()
    .waitFor();
  await page.locator('.row .standing').getByText('Scheduled', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Schedules, webhooks and runs' }).first().click();
  await page.getByText('Rehearsal of “AA receipts”').waitFor();
  await page.getByRole('button', { name: 'Run now' }).click();
  await page.locator('.runs').getByText('Waiting for you').waitFor();
  await page.getByRole('link', { name: 'Back to the conversation' }).click();
  await card.getByRole('button', { name: 'Send this mail' }).click();
  await page
    .getByText(/went to Rebecca/)
    .first()
    .waitFor();
  await page.locator('.row .standing').getByText('Scheduled', { exact: true }).waitFor();
  // Once more: what went out does not go out again.
  await page.getByRole('link', { name: 'Schedules, webhooks and runs' }).first().click();
  await page.getByRole('button', { name: 'Run now' }).click();
  await page.locator('.runs > li').nth(3).waitFor();
  await page.getByRole('link', { name: 'Back to the conversation' }).click();
  await page.getByText('No new receipts.').first().waitFor();
  await ada.goTo('/settings/effects');
  await page
    .getByText(/approved by you/)
    .first()
    .waitFor();
  expect(await page.getByText('Send mail', { exact: true }).count()).toBe(1);
  // Asked how it goes, the ledger answers: nothing is run for that.
  await page.goto(talk);
  await ada.write('How’s that email task going?');
  await ada
    .replies()
    .last()
    .getByText(/ran 2 times so far/)
    .waitFor();
  await page.getByRole('link', { name: 'Schedules, webhooks and runs' }).first().click();
  await page.locator('.runs > li').nth(4).waitFor();
  expect(await page.locator('.runs').getByText('Schedule “AA receipts”').count()).toBe(2);
}

it('watching mail is proposed on a card, rehearsed, started, and asks before the mail goes out, once', () =>
  betweenDueTimes(5 * 60_000, watchMail));

it('photos are found after asking which trip, in one conversation', async () => {
  const ada = await newPerson({ width: 390, height: 844 });
  const { page } = ada;
  await ada.signUp();
  await ada.write('Help me find photos from my trip');
  await page.locator('.card').getByRole('heading', { name: 'Which trip are you looking for?' }).waitFor();
  await page.locator('.card').getByRole('textbox').fill('Japan last October');
  expect(await ada.accessibility()).toEqual([]);
  await page.locator('.card').getByRole('button', { name: 'Answer' }).click();
  await ada.replies().last().locator('p', { hasText: '247 photos found' }).waitFor();
  await ada.replies().last().locator('li', { hasText: 'Kyoto, Japan' }).first().waitFor();
  expect(await page.locator('.card').count()).toBe(0);
  await picture(page, 'photos');
});
