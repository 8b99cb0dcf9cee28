import { expect, it } from 'vitest';
import { standIn } from './person.ts';
import { newPerson, setStage } from './stage.ts';

setStage();

it('a newcomer signs up, writes, watches the reply, reloads in the middle of it, and loses nothing', async () => {
  const ada = await newPerson();
  await ada.page.goto(ada.url);
  await ada.page.getByLabel('Email').waitFor();
  expect(await ada.accessibility()).toEqual([]);
  await ada.signUp();
  expect(await ada.accessibility()).toEqual([]);
  await standIn({ action: 'hold', match: { text: 'reload me', kind: 'chat' }, deltas: 12 });
  await ada.write('[scenario: long words=120] reload me');
  await standIn({ action: 'await', held: 1 });
  await ada.replies().locator('.prose p').first().waitFor();
  const before = (await ada.replies().locator('.prose p').first().textContent()) ?? '';
  await ada.page.reload();
  await expect
    .poll(() => ada.replies().locator('.prose p').first().textContent())
    .toContain(before.slice(0, 20));
  await standIn({ action: 'release' });
  await ada.settled(1);
  expect(await ada.words().count()).toBe(1);
  const whole = (await ada.replies().first().textContent()) ?? '';
  expect(whole.split(/\s+/).length).toBeGreaterThan(110);
  await expect.poll(() => ada.page.title()).not.toContain('scenario');
  expect(await ada.page.getByText('Demo model').first().isVisible()).toBe(true);
  expect(await ada.accessibility()).toEqual([]);
  await ada.page.reload();
  await ada.settled(1);
  expect(await ada.replies().first().textContent()).toContain(whole.slice(0, 200));
});

it('two tabs show the same reply as it is written, and either can stop it', async () => {
  const ada = await newPerson();
  await ada.signUp();
  await standIn({ action: 'hold', match: { text: 'two tabs', kind: 'chat' }, deltas: 20 });
  await ada.write('[scenario: long words=90] two tabs');
  await standIn({ action: 'await', held: 1 });
  await ada.page.waitForURL(/\/c\//);
  const second = await ada.tab(new URL(ada.page.url()).pathname);
  const texts = async () => [
    await ada.replies().locator('.prose p').first().textContent(),
    await ada.replies(second).locator('.prose p').first().textContent(),
  ];
  await ada.page.bringToFront();
  await expect.poll(texts).toSatisfy(([one, two]: string[]) => one === two && one !== '');
  await second.getByRole('button', { name: 'Stop', exact: true }).click();
  await Promise.all([ada.settled(1), ada.settled(1, second)]);
  await expect.poll(() => ada.replies().first().textContent()).toMatch(/stopped/i);
  expect((await texts())[0]).toBeTruthy();
  await standIn({ action: 'release' });
});

it('what is written meanwhile waits, can be changed, and goes out next', async () => {
  const ada = await newPerson();
  await ada.signUp();
  await standIn({ action: 'hold', match: { text: 'busy now', kind: 'chat' }, deltas: 5 });
  await ada.write('[scenario: long words=40] busy now');
  await standIn({ action: 'await', held: 1 });
  await ada.write('what is 6 times 7?');
  const queue = ada.page.getByRole('region', { name: 'Waiting to be sent' });
  await queue.waitFor();
  expect(await queue.textContent()).toContain('what is 6 times 7?');
  await standIn({ action: 'release' });
  await ada.settled(2);
  expect(await ada.replies().nth(1).textContent()).toContain('42');
});

it('a failing model is tried again by itself, and a hopeless one says so and can be asked again', async () => {
  const ada = await newPerson();
  await ada.signUp();
  await standIn({
    action: 'queue',
    match: { text: 'flaky', kind: 'chat' },
    scenario: 'overloaded',
    times: 1,
  });
  await ada.write('flaky, are you?');
  await ada.settled(1);
  await standIn({
    action: 'queue',
    match: { text: 'locked', kind: 'chat' },
    scenario: 'unauthorized',
    times: 1,
  });
  await ada.write('locked out');
  const again = ada.page.getByRole('button', { name: /try again|retry/i }).last();
  await again.waitFor();
  expect(await ada.accessibility()).toEqual([]);
  await again.click();
  await ada.settled(2);
  expect(await ada.words().count()).toBe(2);
});

it('offline, what is written is kept over a reload of the app and sent once when the network is back', async () => {
  const ada = await newPerson();
  await ada.signUp();
  await ada.write('hello');
  await ada.settled(1);
  await ada.context.setOffline(true);
  await ada.write('sent from a tunnel');
  await ada.page.getByText('sent from a tunnel').first().waitFor();
  await ada.context.setOffline(false);
  await ada.settled(2);
  await ada.page.reload();
  await ada.settled(2);
  expect(await ada.page.getByText('sent from a tunnel').count()).toBeGreaterThan(0);
  expect(await ada.words().count()).toBe(2);
});

it('nothing that a reply contains is executed or loaded from elsewhere', async () => {
  const ada = await newPerson();
  await ada.signUp();
  await ada.write('[scenario: markdown]');
  await ada.settled(1);
  expect(await ada.page.title()).not.toContain('executed');
  expect(await ada.replies().locator('img, script, iframe').count()).toBe(0);
  expect(await ada.replies().locator('a[href^="javascript"]').count()).toBe(0);
  expect(await ada.replies().locator('table').count()).toBe(1);
  expect(ada.strays).toEqual([]);
});

it('signed out means signed out, and signing in leads back', async () => {
  const ada = await newPerson();
  await ada.signUp();
  await ada.write('remember me');
  await ada.settled(1);
  const path = new URL(ada.page.url()).pathname;
  await ada.page.goto(`${ada.url}/settings`);
  await ada.page.getByRole('button', { name: 'Sign out' }).waitFor();
  expect(await ada.accessibility()).toEqual([]);
  await ada.page.getByRole('button', { name: 'Sign out' }).click();
  await ada.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  await ada.page.goto(ada.url + path);
  await ada.enter();
  await ada.settled(1);
  expect(new URL(ada.page.url()).pathname).toBe(path);
});

it('everything can be done from the keyboard: new, palette, keys, stop', async () => {
  const ada = await newPerson();
  await ada.signUp();
  await ada.write('Plan a picnic');
  await ada.settled(1);
  await ada.page.locator('body').press('Escape');
  await ada.page.evaluate(() =>
    document.activeElement instanceof HTMLElement ? document.activeElement.blur() : undefined,
  );
  await ada.page.keyboard.press('?');
  await ada.page.getByRole('dialog').waitFor();
  expect(await ada.accessibility()).toEqual([]);
  await ada.page.keyboard.press('Escape');
  await ada.page.keyboard.press('Control+k');
  await ada.page.getByRole('dialog').waitFor();
  await ada.page.keyboard.type('settings');
  await ada.page.keyboard.press('Enter');
  await ada.page.waitForURL(/\/settings/);
  await ada.page.keyboard.press('n');
  await ada.page.waitForURL((address) => address.pathname === '/new');
  expect(await ada.composer().evaluate((node) => node === document.activeElement)).toBe(true);
});

it('on a phone in the dark: one zone at a time, nothing wider than the screen', async () => {
  const ada = await newPerson({ width: 390, height: 844, dark: true });
  await ada.signUp();
  await ada.write('[scenario: markdown]');
  await ada.settled(1);
  const overflow = () => ada.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(await overflow()).toBeLessThanOrEqual(0);
  expect(await ada.accessibility()).toEqual([]);
  await ada.page.getByRole('link', { name: 'Back to the list' }).click();
  await ada.page.getByRole('navigation', { name: 'Main' }).waitFor();
  expect(await overflow()).toBeLessThanOrEqual(0);
  expect(await ada.accessibility()).toEqual([]);
});
