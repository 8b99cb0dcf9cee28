import { readFile } from 'node:fs/promises';
import { expect, inject, it } from 'vitest';
import { PATIENCE_MS } from '#dev/test/patience.ts';
import { mailTo } from './mailbox.ts';
import { newPerson, setStage } from './stage.ts';
import { button, follow, heading, signOut } from './steps.ts';
import { addVirtualPasskeys } from './virtual-passkeys.ts';

setStage();
const bearer = (secret: string) => ({ headers: { authorization: `Bearer ${secret}` } });

it('the address is confirmed by the link in the mail, once, and the page stops asking for it', async () => {
  const ada = await newPerson();
  await ada.signUp();
  await ada.page.getByText('Confirm your address with the link').waitFor();
  expect(await ada.accessibility()).toEqual([]);
  const { token } = await mailTo(ada.email);
  const opened = await follow(ada, '/verify', token);
  await heading(opened, 'Your address is confirmed').waitFor();
  expect(await opened.getByText(ada.email).count()).toBe(1);
  expect(await ada.accessibility(opened)).toEqual([]);
  await opened.getByRole('link', { name: 'Go to your conversations' }).click();
  await ada.composer(opened).waitFor();
  expect(await opened.getByText('Confirm your address').count()).toBe(0);
  await ada.goTo('/settings', opened);
  await opened.getByText('Confirmed', { exact: true }).waitFor();

  const again = await follow(ada, '/verify', token);
  await heading(again, 'This link no longer works').waitFor();
  await again.getByText('is confirmed.').waitFor();
  const cut = await follow(ada, '/verify', 'half-a-token');
  await heading(cut, 'This link no longer works').waitFor();
});

it('a lost password is replaced by a link, and the answer never says who has an account', async () => {
  const ada = await newPerson();
  await ada.signUp();
  await ada.goTo('/settings');
  await button(ada.page, 'Sign out').click();
  await button(ada.page, 'Sign in').waitFor();
  const ask = async (email: string) => {
    await ada.goTo('/forgot');
    await ada.page.getByLabel('Email').fill(email);
    await button(ada.page, 'Send the link').click();
    await heading(ada.page, 'Look into your mail').waitFor();
    return (await ada.page.locator('main').innerText()).replaceAll(email, '<email>');
  };
  expect(await ask(`nobody-${crypto.randomUUID()}@example.com`)).toBe(await ask(ada.email));

  const { token } = await mailTo(ada.email, 'password');
  const page = await follow(ada, '/reset', token);
  await page.getByLabel('New password').fill('short');
  await button(page, 'Set the new password').click();
  await page.getByRole('alert').waitFor();
  const old = ada.password;
  ada.password = 'a wholly different sentence';
  await page.getByLabel('New password').fill(ada.password);
  await button(page, 'Set the new password').click();
  await page.getByText('Your password is changed').waitFor();
  expect(await ada.accessibility(page)).toEqual([]);
  await page.getByLabel('Email').fill(ada.email);
  await page.locator('input[type=password]').fill(old);
  await button(page, 'Sign in').click();
  await page.getByText('Email or password is wrong.').waitFor();
  await ada.enter(page);

  const used = await follow(ada, '/reset', token);
  await used.getByLabel('New password').fill('yet another sentence');
  await button(used, 'Set the new password').click();
  await heading(used, 'This link no longer works').waitFor();
});

it('a new address counts once the link that was sent there is followed', async () => {
  const ada = await newPerson({ width: 390, height: 844 });
  await ada.signUp();
  const next = `new-${ada.email}`;
  await ada.goTo('/settings');
  await button(ada.page, 'Change email').click();
  await ada.page.getByLabel('New email').fill(next);
  await button(ada.page, 'Send the link').click();
  await ada.page.getByText('waits to be confirmed').waitFor();
  expect(await ada.accessibility()).toEqual([]);
  const { token } = await mailTo(next);
  const opened = await follow(ada, '/verify', token);
  await heading(opened, 'Your address is confirmed').waitFor();
  await ada.goTo('/settings');
  await ada.page.getByText(next, { exact: true }).waitFor();
  await mailTo(ada.email, 'address');
  ada.email = next;
  await signOut(ada);
  await ada.enter();
});

it('a passkey signs in alone and as a second step; a recovery code stands in for it once', async () => {
  const ada = await newPerson();
  const passkeys = await addVirtualPasskeys(ada.page);
  passkeys.offer(false);
  await ada.signUp();
  await ada.goTo('/settings/security');
  await button(ada.page, 'Add a passkey').click();
  await ada.page.getByRole('dialog', { name: 'Passkey added' }).waitFor();
  await ada.page.getByLabel('Name', { exact: true }).fill('Test browser');
  await button(ada.page, 'Save').click();
  await ada.page.getByText('Test browser').waitFor();
  await ada.page.getByText('Synced: also on your other devices').waitFor();
  expect(await passkeys.count()).toBe(1);

  await ada.page.getByRole('switch').click();
  const dialog = ada.page.getByRole('dialog', { name: 'Save your recovery codes' });
  await dialog.waitFor();
  expect(await ada.accessibility()).toEqual([]);
  const codes = await dialog.locator('code').allInnerTexts();
  expect(codes.length).toBeGreaterThanOrEqual(8);
  const [file] = await Promise.all([ada.page.waitForEvent('download'), button(ada.page, 'Download').click()]);
  const saved = await readFile(await file.path(), 'utf8');
  for (const code of codes) expect(saved).toContain(code);
  await ada.page.keyboard.press('Escape');
  expect(await dialog.count(), 'Escape does not take the codes away').toBe(1);
  await ada.page.getByLabel('I have saved them').check();
  await button(ada.page, 'Done').click();
  await ada.page.getByText(`${codes.length} recovery codes are left.`).waitFor();

  const withPassword = async () => {
    await ada.page.getByLabel('Email').fill(ada.email);
    await ada.page.locator('input[type=password]').fill(ada.password);
    await button(ada.page, 'Sign in').click();
    await heading(ada.page, 'One more step').waitFor();
  };
  await signOut(ada);
  await button(ada.page, 'Sign in with a passkey').click();
  await ada.composer().waitFor();

  await signOut(ada);
  await withPassword();
  expect(await ada.accessibility()).toEqual([]);
  await button(ada.page, 'Use your passkey').click();
  await ada.composer().waitFor();

  await signOut(ada);
  await withPassword();
  await button(ada.page, 'Use a recovery code').click();
  await ada.page.getByLabel('Recovery code').fill('aaaa-bbbb-cccc');
  await button(ada.page, 'Sign in').click();
  await ada.page.getByText('This code is wrong or was used already.').waitFor();
  expect(await ada.accessibility()).toEqual([]);
  await ada.page.getByLabel('Recovery code').fill(codes[0] ?? '');
  await button(ada.page, 'Sign in').click();
  await ada.composer().waitFor();
  await ada.goTo('/settings/security');
  await ada.page.getByText(`${codes.length - 1} recovery codes are left.`).waitFor();
  // Somebody used a code: the list says so, and the page leads to what happened.
  await ada.goTo('/');
  await ada.page.getByRole('link', { name: 'Review it' }).click();
  await ada.page.getByText('A recovery code was used to sign in').waitFor();

  // The last passkey is the second step: it stays until that is turned off.
  await ada.goTo('/settings/security');
  await button(ada.page, 'Remove Test browser').click();
  await button(ada.page, 'Remove').click();
  await ada.page.getByText('The second step needs this passkey.').waitFor();
  await button(ada.page, 'Keep it').click();

  // Offered where the browser fills in the address, and taken there by a person who says yes to everything.
  await signOut(ada);
  passkeys.offer(true);
  await ada.page.reload();
  await ada.composer().waitFor();
});

it('an API key is shown once, works at once, and is refused from the moment it is revoked', async () => {
  const ada = await newPerson({ width: 390, height: 844, dark: true });
  await ada.signUp();
  await ada.goTo('/settings/keys');
  await ada.page.getByText('No keys yet').waitFor();
  await button(ada.page, 'New key').click();
  await ada.page.getByLabel('Name', { exact: true }).fill('Home server');
  expect(await ada.accessibility()).toEqual([]);
  await button(ada.page, 'Create key').click();
  const secret = await ada.page.getByLabel('API key', { exact: true }).innerText();
  const line = await ada.page.getByLabel('A first call').innerText();
  expect(line).toContain(`${ada.url}/api/conversations`);
  expect(await ada.accessibility()).toEqual([]);
  const address = `${ada.url}/api/conversations`;
  expect((await fetch(address, bearer(secret))).status).toBe(200);
  expect((await fetch(address, { ...bearer(secret), method: 'POST' })).status).toBe(403);
  await button(ada.page, 'I have copied it').click();
  expect(await ada.page.content()).not.toContain(secret);
  await ada.page.reload();
  await ada.page.getByText('Home server').waitFor();
  await ada.page.getByText(/used just now/).waitFor();
  expect(await ada.page.content()).not.toContain(secret);
  await button(ada.page, 'Revoke Home server').click();
  await button(ada.page, 'Revoke').click();
  await ada.page.getByText('No keys yet').waitFor();
  await expect.poll(async () => (await fetch(address, bearer(secret))).status).toBe(401);
});

it('a device that is signed out elsewhere leaves by itself, says why, and comes back to where it was', async () => {
  const ada = await newPerson();
  await ada.signUp();
  const phone = await newPerson({ width: 390, height: 844 });
  phone.email = ada.email;
  await phone.goTo('/sign-in');
  await phone.page.getByLabel('Email').fill(ada.email);
  await phone.page.locator('input[type=password]').fill(ada.password);
  await button(phone.page, 'Sign in').click();
  // On a phone the list comes first.
  await phone.page.getByRole('link', { name: 'New' }).click();
  await phone.composer().fill('half a thought');

  await ada.goTo('/settings/security');
  await ada.page.getByText('This device').waitFor();
  await ada.page.getByRole('button', { name: /^Sign out (?!here|all)/ }).click();
  await phone.page.getByText('You were signed out').waitFor({ timeout: PATIENCE_MS });
  expect(await phone.accessibility()).toEqual([]);
  await phone.enter();
  expect(new URL(phone.page.url()).pathname).toBe('/new');
  expect(await phone.composer().inputValue()).toBe('half a thought');

  await ada.page.reload();
  await button(ada.page, 'Sign out all other devices').click();
  expect(await ada.accessibility()).toEqual([]);
  await button(ada.page, 'Sign out one device').click();
  await phone.page.getByText('You were signed out').waitFor({ timeout: PATIENCE_MS });

  await ada.goTo('/settings/activity');
  await ada.page.getByText('One other device was signed out').waitFor();
  await ada.page.getByText('You made this account').waitFor();
  expect(await ada.page.getByText('Signed in with the password').count()).toBe(2);
  expect(await ada.accessibility()).toEqual([]);
});

it('everything can be taken along as one archive', async () => {
  const ada = await newPerson();
  await ada.signUp();
  await ada.goTo('/settings/data');
  const [file] = await Promise.all([
    ada.page.waitForEvent('download'),
    button(ada.page, 'Download the archive').click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/\.zip$/);
  const bytes = await readFile(await file.path());
  expect(bytes.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
  expect(bytes.includes('profile')).toBe(true);
  await ada.page.getByText('The download has begun').first().waitFor();
});

it('deleting the account asks twice, shows it going, and leaves the address free', async () => {
  const ada = await newPerson({ width: 390, height: 844 });
  await ada.signUp();
  await ada.write('remember nothing');
  await ada.settled(1);
  await ada.goTo('/settings/data');
  await button(ada.page, 'Delete the account').click();
  const last = button(ada.page, 'Delete for good');
  expect(await last.isDisabled()).toBe(true);
  await ada.page.getByLabel(/To go on/).fill(ada.email.toUpperCase());
  expect(await ada.accessibility()).toEqual([]);
  await last.click();
  await ada.page.waitForURL(/\/goodbye\//);
  await heading(ada.page, 'Everything is gone').waitFor();
  expect(await ada.page.locator('.removed').innerText()).toMatch(/Conversations\s+1/);
  expect(await ada.accessibility()).toEqual([]);
  expect(await ada.page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain(ada.email);
  await ada.page.getByRole('link', { name: 'create an account' }).click();
  await ada.enter();
});

it('Google opens an account through its own page, and a refusal there is said in words', async () => {
  const ada = await newPerson();
  ada.mayVisit.push(inject('google').url);
  await ada.goTo('/sign-in');
  await ada.page.getByRole('link', { name: 'Continue with Google (stand-in)' }).click();
  await ada.page.waitForURL((address) => address.origin !== new URL(ada.url).origin);
  await button(ada.page, 'Cancel: do not tell them').click();
  await ada.page.getByText('You did not allow it at Google').waitFor();
  expect(new URL(ada.page.url()).search).toBe('');
  expect(await ada.accessibility()).toEqual([]);
  await ada.page.getByRole('link', { name: 'Continue with Google (stand-in)' }).click();
  await ada.page.getByLabel('Address', { exact: true }).fill(ada.email);
  await button(ada.page, 'Continue with this address').click();
  await ada.composer().waitFor();
  await ada.goTo('/settings/security');
  await ada.page.getByText(`${ada.email} opens this account`).waitFor();
  await button(ada.page, 'Set a password').waitFor();
  // The last way in stays.
  await button(ada.page, 'Unlink Google').click();
  await button(ada.page.locator('dialog').page(), 'Unlink Google').last().click();
  await ada.page.getByText('Without this you could not sign in any more').waitFor();
});

it('all pages of people and keys are accessible and fit, on a desk and on a phone, in the light and in the dark', async () => {
  for (const look of [{ width: 1440 }, { width: 390, height: 844, dark: true }]) {
    const ada = await newPerson(look);
    const check = async (path: string, name: string) => {
      await ada.goTo(path);
      await heading(ada.page, name).waitFor();
      await ada.page.locator('.skeleton').waitFor({ state: 'detached' });
      expect([path, await ada.accessibility()]).toEqual([path, []]);
      const over = await ada.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect([path, over]).toEqual([path, 0]);
    };
    await check('/sign-in', 'Sign in');
    await check('/sign-up', 'Create your account');
    await check('/forgot', 'Choose a new password');
    await check('/reset', 'Choose a new password');
    await check('/reset#anything', 'Choose a new password');
    await check('/verify', 'Confirm your address');
    await check(`/goodbye/${crypto.randomUUID()}`, 'Your account is being deleted');
    await ada.signUp();
    await check('/settings', 'Profile');
    await check('/settings/security', 'Security');
    await check('/settings/keys', 'API keys');
    await check('/settings/activity', 'Activity');
    await check('/settings/data', 'Your data');
  }
});

it('the sections of the settings are reached by keyboard, and the address says which one is open', async () => {
  const ada = await newPerson();
  await ada.signUp();
  await ada.goTo('/settings');
  await heading(ada.page, 'Profile').waitFor();
  await ada.page.getByRole('navigation', { name: 'Settings' }).getByRole('link').first().focus();
  await ada.page.keyboard.press('Tab');
  await ada.page.keyboard.press('Enter');
  await heading(ada.page, 'Security').waitFor();
  expect(new URL(ada.page.url()).pathname).toBe('/settings/security');
  expect(await ada.page.evaluate(() => document.activeElement?.textContent)).toBe('Security');
  await ada.page.goBack();
  await heading(ada.page, 'Profile').waitFor();
});

it('some time after signing in, what changes the account first asks whether it is you', async () => {
  const ada = await newPerson();
  await ada.signUp();
  const passkeys = await addVirtualPasskeys(ada.page);
  passkeys.offer(false);
  await ada.goTo('/settings/security');
  await button(ada.page, 'Add a passkey').click();
  await button(ada.page, 'Keep this name').click();
  const clock = async (change: object) =>
    fetch(`${ada.url}/__dev/clock`, { method: 'POST', body: JSON.stringify(change) });
  await clock({ advanceMs: 11 * 60_000 });
  try {
    await ada.goTo('/settings/security');
    await button(ada.page, 'Change password').click();
    const next = 'changed after a while';
    await ada.page.getByLabel('New password').fill(next);
    await button(ada.page, 'Change password').click();
    const question = ada.page.getByRole('dialog', { name: 'Confirm that it is you' });
    await question.getByLabel('Password', { exact: true }).fill('not my password');
    await button(ada.page, 'Confirm').click();
    await ada.page.getByText('This is not your password.').waitFor();
    expect(await ada.accessibility()).toEqual([]);
    await question.getByLabel('Password', { exact: true }).fill(ada.password);
    await button(ada.page, 'Confirm').click();
    await ada.page.getByText('Password changed.').first().waitFor();
    ada.password = next;
    await signOut(ada);
    await ada.enter();

    await clock({ advanceMs: 11 * 60_000 });
    await ada.goTo('/settings/keys');
    await button(ada.page, 'New key').click();
    await ada.page.getByLabel('Name', { exact: true }).fill('Confirmed with a passkey');
    await button(ada.page, 'Create key').click();
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    expect(await ada.page.getByLabel('Name', { exact: true }).inputValue()).toBe('Confirmed with a passkey');
    await button(ada.page, 'Create key').click();
    await button(ada.page, 'Use a passkey').click();
    await ada.page.getByLabel('API key', { exact: true }).waitFor();
  } finally {
    await clock({ advanceMs: -22 * 60_000 });
  }
});
