/** Work that is proposed in talk: edited on its card, rehearsed, allowed within bounds, and started. */
import { expect, it } from 'vitest';
import { standIn } from './person.ts';
import { newPerson, picture, setStage } from './stage.ts';

setStage();

const looks = [
  { name: 'wide', look: {} },
  { name: 'phone', look: { width: 390, height: 844, dark: true } },
];

it.each(looks)(
  'a schedule is edited, rehearsed, and runs by what it was allowed ($name)',
  async ({ name, look }) => {
    const ada = await newPerson(look);
    const { page } = ada;
    await ada.signUp();
    await ada.write('Watch my email for AA flight receipts, email Rebecca when found');
    const card = page.locator('.card');
    await card.getByRole('list', { name: 'Tools that it needs' }).getByText('asks you each time').waitFor();
    await picture(page, `proposal-${name}`);
    await card.getByRole('button', { name: 'Edit first' }).click();
    await card.getByLabel('When').selectOption('On days, at a time');
    await card.getByLabel('At', { exact: true }).fill('09:30');
    await card.getByText('At 09:30', { exact: false }).first().waitFor();
    await picture(page, `proposal-edit-${name}`);
    expect(await ada.accessibility()).toEqual([]);
    await card.getByRole('button', { name: 'Use these' }).click();
    await card.getByRole('heading', { name: 'Works by itself: every weekday at 09:30' }).waitFor();
    await card.getByRole('button', { name: 'Rehearse once' }).click();
    const report = page.getByRole('region', { name: 'What the rehearsal would have done' });
    await report.getByRole('heading', { name: 'Would have done' }).waitFor();
    const allow = report.getByRole('button', { name: 'Allow these, then to its card' });
    expect(await allow.isDisabled()).toBe(true);
    await report.getByText('Exactly this, but for {', { exact: false }).click();
    await report.getByRole('checkbox').check();
    await allow.scrollIntoViewIfNeeded();
    await picture(page, `rehearsed-${name}`);
    expect(await ada.accessibility()).toEqual([]);
    await allow.click();
    // The yes is given on the card alone, which the permissions lead to, as it was edited there.
    await card.getByText(/^About 22 runs a month, \$[\d.]+ by its rehearsal\.$/).waitFor();
    await page.locator('.card h3:focus', { hasText: 'Works by itself: every weekday at 09:30' }).waitFor();
    await picture(page, `back-on-card-${name}`);
    await card.getByRole('button', { name: 'Start it, as edited' }).click();
    await ada
      .replies()
      .getByText(/It is set up, and goes on by itself/)
      .first()
      .waitFor();
    await page.getByRole('link', { name: 'Schedules, webhooks and runs' }).first().click();
    await page.getByText('every weekday at 09:30', { exact: false }).first().waitFor();
    await page.getByRole('button', { name: 'Run now' }).click();
    await page
      .locator('.runs > li', { hasText: 'Schedule “AA receipts”' })
      .getByText('Done')
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Change' }).click();
    const editor = page.getByRole('dialog');
    await editor.getByText('What if something is in the way', { exact: false }).click();
    await editor.getByLabel('End after so many runs').fill('3');
    await editor.getByText(', then it ends').waitFor();
    await editor.getByText(/^3 runs in all, \$[\d.]+ by its own last runs\.$/).waitFor();
    await editor.getByRole('button', { name: 'Rehearse once' }).click();
    // The run by hand has sent the mail: there is none left to send.
    const again = editor.getByText('The rehearsal would have changed nothing: it only looked.');
    await again.waitFor();
    await again.scrollIntoViewIfNeeded();
    await picture(page, `rehearsed-in-editor-${name}`);
    expect(await ada.accessibility()).toEqual([]);
    await editor.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('.runs > li', { hasText: 'Rehearsal of' }).last().getByRole('link').click();
    await page.getByText('Allowed already', { exact: false }).waitFor();
    await page.getByText('Allowed already', { exact: false }).scrollIntoViewIfNeeded();
    await picture(page, `rehearsed-trace-${name}`);
    expect(await ada.accessibility()).toEqual([]);
    await ada.goTo('/settings/effects');
    await page
      .getByText(/by your rule|standing rule/i)
      .first()
      .waitFor();
  },
);

it.each(looks)(
  'a change of a schedule that is edited is seen before the yes to it ($name)',
  async ({ name, look }) => {
    const ada = await newPerson(look);
    const { page } = ada;
    await ada.signUp();
    await ada.write('hello');
    await ada.settled(1);
    await page.getByRole('link', { name: 'Schedules, webhooks and runs' }).first().click();
    await page.getByRole('button', { name: 'New schedule' }).click();
    await page.getByLabel('What Claude does each time').fill('Look for news about trains');
    await page.getByLabel('Name').fill('Train news');
    const made = page.waitForResponse(
      (response) => response.request().postData()?.includes('Train news') === true,
    );
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    const { schedule }: { schedule: { id: string } } = JSON.parse(await (await made).text());
    await page.getByRole('link', { name: 'Back to the conversation' }).click();
    const words = `An hour later, please ${schedule.id}`;
    const input = { id: schedule.id, cron: '0 9 * * 1-5', timezone: 'Europe/Zurich', every: null };
    const use = { type: 'tool_use', name: 'update_schedule', input };
    await standIn({ action: 'queue', match: { text: words, kind: 'chat' }, reply: [use] });
    await ada.write(words);
    const card = page.locator('.card');
    await card.getByRole('heading', { name: 'Changes the schedule “Train news”' }).waitFor();
    await picture(page, `change-${name}`);
    const edit = async (cron: string) => {
      await card.getByRole('button', { name: 'Edit first' }).click();
      await card.getByLabel('cron').fill(cron);
    };
    await edit('30 10 * * 1,3');
    await picture(page, `change-edit-${name}`);
    let go: () => void = () => {};
    const held = new Promise<void>((resolve) => (go = resolve));
    await page.route(/\/preview$/, async (route) => {
      await held;
      await route.continue();
    });
    await card.getByRole('button', { name: 'Use these' }).click();
    await card.getByText('Reckoning what this would do').waitFor();
    const yes = card.getByRole('button', { name: 'Change it, as edited' });
    expect(await yes.isDisabled()).toBe(true);
    const before = await card.boundingBox();
    expect(await ada.accessibility()).toEqual([]);
    await picture(page, `change-reckoning-${name}`);
    go();
    await card.locator('ins', { hasText: 'Monday and Wednesday' }).waitFor();
    // What was reckoned takes the place that was kept for it.
    expect(Math.abs(((await card.boundingBox())?.height ?? 0) - (before?.height ?? 0))).toBeLessThan(50);
    expect(await card.getByRole('list', { name: 'Next times' }).getByRole('listitem').count()).toBe(5);
    await picture(page, `change-edited-${name}`);
    expect(await ada.accessibility()).toEqual([]);
    await edit('0 8 30 2 *');
    await card.getByRole('button', { name: 'Use these' }).click();
    await card.getByText('This never comes, as 30 February never does.').waitFor();
    expect(await yes.isDisabled()).toBe(true);
    await picture(page, `change-refused-${name}`);
    expect(await ada.accessibility()).toEqual([]);
    await edit('30 10 * * 1,3');
    await card.getByRole('button', { name: 'Use these' }).click();
    await yes.click();
    await card.waitFor({ state: 'detached' });
    await page.getByText(/Approved by you/).click();
    await picture(page, `change-decided-${name}`);
    await page.getByRole('link', { name: 'Schedules, webhooks and runs' }).first().click();
    await page.getByText(/10:30/).first().waitFor();
  },
);

it.each(looks)(
  'a webhook is proposed, edited, created, and waits for the secret of its sender ($name)',
  async ({ name, look }) => {
    const ada = await newPerson(look);
    const { page } = ada;
    await ada.signUp();
    await ada.write('Tell me when a new issue comes in on GitHub');
    const card = page.locator('.card');
    await card.getByRole('heading', { name: 'Lets GitHub start work here' }).waitFor();
    await card.getByText('action is one of “opened” or “reopened”').waitFor();
    await picture(page, `hook-proposal-${name}`);
    expect(await ada.accessibility()).toEqual([]);
    await card.getByRole('button', { name: 'Edit first' }).click();
    await card.getByLabel('Comes from').selectOption('Slack');
    await picture(page, `hook-edit-${name}`);
    expect(await ada.accessibility()).toEqual([]);
    await card.getByRole('button', { name: 'Use these' }).click();
    await card.getByRole('heading', { name: 'Lets Slack start work here' }).waitFor();
    await card.getByRole('button', { name: 'Create it, as edited' }).click();
    await page.getByRole('link', { name: 'Copy its address and secret' }).click();
    await page.getByRole('button', { name: 'Enter its signing secret…' }).click();
    await page.getByLabel('Signing secret of Slack').fill('8f742231b10e8888abcd99yyyzzz85a5');
    await picture(page, `hook-secret-${name}`);
    expect(await ada.accessibility()).toEqual([]);
    await page.getByRole('button', { name: 'Save the secret' }).click();
    await page.getByRole('button', { name: 'New secret…' }).click();
    await page.getByLabel('Signing secret of Slack').fill('0f742231b10e8888abcd99yyyzzz85a6');
    await page.getByRole('button', { name: 'Save the secret' }).click();
    await page.getByText('The old secret is good until', { exact: false }).waitFor();
    await picture(page, `hook-item-${name}`);
    expect(await ada.accessibility()).toEqual([]);
    await page.getByRole('button', { name: 'End it now' }).click();
    await page.getByText('The old secret is good until', { exact: false }).waitFor({ state: 'detached' });
  },
);
