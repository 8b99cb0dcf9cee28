import { expect, it } from 'vitest';
import { newPerson, setStage } from './stage.ts';

setStage();

const WATCH = 'Check my email for AA flight receipts, email Rebecca when found';

it('a mail goes out after a yes in another tab, once, and the page says who let it go', async () => {
  const ada = await newPerson();
  await ada.signUp();
  await ada.write(WATCH);
  const card = ada.page.locator('.card');
  await card.getByRole('heading', { name: /Sends a mail to rebecca@example.com/ }).waitFor();
  await ada.page.getByRole('button', { name: 'Waiting', exact: true }).click();
  await ada.page.locator('.row').waitFor();
  expect(await ada.accessibility()).toEqual([]);
  const second = await ada.tab('/inbox');
  await second.locator('.inbox summary').first().click();
  await second.getByRole('button', { name: 'Send this mail' }).waitFor();
  expect(await ada.accessibility(second)).toEqual([]);
  await second.getByRole('button', { name: 'Send this mail' }).click();
  await second.getByText('Nothing waits for you').waitFor();
  await ada.page.getByText(/Approved by you/).waitFor();
  await ada.page
    .getByText(/went to Rebecca/)
    .first()
    .waitFor();
  expect(await card.count()).toBe(0);
  await ada.page.locator('.list').getByText('Nothing waits for you.').waitFor();
  await ada.goTo('/settings/effects');
  await ada.page.getByText(/approved by you/).waitFor();
  expect(await ada.page.getByText('Send mail', { exact: true }).count()).toBe(1);
  expect(await ada.accessibility()).toEqual([]);
});

it('a person edits, talks past, and rejects; a typed word decides; nothing else goes out', async () => {
  const ada = await newPerson({ width: 390, height: 844, dark: true });
  await ada.signUp();
  await ada.write(WATCH);
  await ada.page.getByRole('button', { name: 'Edit first' }).click();
  await ada.page.getByLabel('subject').fill('Receipt, as asked');
  await ada.page.getByRole('button', { name: 'Use these' }).click();
  await ada.page.locator('.card ins').getByText('Receipt, as asked').waitFor();
  expect(await ada.accessibility()).toEqual([]);
  // Talk is no decision: the card stays.
  await ada.write('yes, but is Rebecca the right person?');
  await ada.settled(2);
  await ada.page.locator('.card').waitFor();
  await ada.write('no');
  await ada.page.getByText(/Not approved by you/).waitFor();
  expect(await ada.page.locator('.card').count()).toBe(0);
});

it('questions are answered in a form, and what is connected can be looked at and switched off', async () => {
  const ada = await newPerson();
  await ada.signUp();
  await ada.write('Create a podcast about AI news');
  await ada.page.getByLabel('10 minutes').check();
  await ada.page.getByLabel('Casual').check();
  await ada.page.getByRole('button', { name: 'Send answers' }).click();
  await ada.page.getByRole('heading', { name: /Works by itself/ }).waitFor();
  await ada.page.getByRole('button', { name: 'Start it' }).click();
  await ada.page.getByRole('heading', { name: /Does it look good/ }).waitFor();
  await ada.page.getByRole('button', { name: 'Yes', exact: true }).click();
  await ada.page.getByText('The outline stands').first().waitFor();
  await ada.goTo('/connections');
  await ada.page.getByText('Demo mail', { exact: true }).waitFor();
  await ada.page.locator('.connection summary').first().click();
  await ada.page.getByLabel('What Send mail may do').selectOption('off');
  await ada.page.getByText('is off').first().waitFor();
  expect(await ada.accessibility()).toEqual([]);
  await ada.goTo('/settings/memory');
  await ada.page.getByText('Nothing is kept yet').waitFor();
});
