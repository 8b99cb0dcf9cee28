import { Buffer } from 'node:buffer';
import { expect, it } from 'vitest';
import { newPerson, setStage } from './stage.ts';

setStage();

/** One red pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==',
  'base64',
);

const looks = [{}, { width: 390, height: 844, dark: true }];

it.each(looks)('files go with a message, and a conversation uses what it may (%o)', async (look) => {
  const ada = await newPerson(look);
  const { page } = ada;
  await ada.signUp();
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Attach files' }).click();
  await (
    await choosing
  ).setFiles([
    { name: 'Größe.png', mimeType: 'image/png', buffer: PIXEL },
    { name: 'gate.txt', mimeType: 'text/plain', buffer: Buffer.from('Gate 12') },
    { name: 'empty.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
  ]);
  const list = page.getByRole('list', { name: 'Attached files' });
  await list.getByText('It is empty, or a folder.').waitFor();
  await list.getByText('7 bytes').waitFor();
  await ada.composer().fill('Which gate?');
  expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true);
  expect(await ada.accessibility()).toEqual([]);
  await page.getByRole('button', { name: 'Remove empty.txt' }).click();
  // What is uploaded survives a reload, as the words do.
  await page.reload();
  await page.getByRole('button', { name: 'Remove gate.txt' }).waitFor();
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await ada.settled(1);
  const sent = ada.words().first();
  await sent.locator('[data-state=there]').waitFor();
  expect(await sent.getByRole('img', { name: 'Größe.png' }).count()).toBe(1);
  const download = page.waitForEvent('download');
  await sent.getByRole('button', { name: 'Download gate.txt' }).click();
  expect((await download).suggestedFilename()).toBe('gate.txt');
  expect(await ada.accessibility()).toEqual([]);
  await page.reload();
  await ada.words().first().locator('[data-state=there]').waitFor();

  const choose = async () => {
    await page.getByRole('button', { name: 'More for this conversation' }).click();
    await page.getByRole('menuitem', { name: 'What it may use' }).click();
    await page.getByRole('switch', { name: 'All connections' }).waitFor();
  };
  await choose();
  const kept = page.waitForResponse((response) => response.request().method() === 'PATCH');
  await page.getByRole('switch', { name: 'Demo mail' }).click();
  expect((await kept).ok()).toBe(true);
  expect(await ada.accessibility()).toEqual([]);
  await page.getByRole('button', { name: 'Done' }).click();
  await page.reload();
  await choose();
  expect(await page.getByRole('switch', { name: 'Demo mail' }).isChecked()).toBe(false);
  expect(await page.getByRole('switch', { name: 'All connections' }).isChecked()).toBe(false);
});
