/** A whole day of the daily run, scaled to seconds, as a person sees it. */
import { expect, inject, it } from 'vitest';
import * as z from 'zod/mini';
import { TEST_MS } from '#dev/test/patience.ts';
import { Session } from '#shared/protocol/account.ts';
import { DailyRun } from '#shared/protocol/daily.ts';
import { mailTo } from './mailbox.ts';
import type { Person } from './person.ts';
import { newPerson, picture, setStage } from './stage.ts';

setStage({ tokenMs: 1 });

/** The API as a script of the person's uses it. */
async function apiOf({ url, email, password }: Person) {
  const ask = async (method: string, path: string, body?: unknown, token = ''): Promise<unknown> => {
    const response = await fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  };
  const { accessToken, user } = Session.parse(await ask('POST', '/api/auth/sign-in', { email, password }));
  return {
    userId: user.id,
    ask: (method: string, path: string, body?: unknown) => ask(method, path, body, accessToken),
  };
}
const runIn = (answer: unknown): DailyRun => z.object({ run: DailyRun }).parse(answer).run;

/** Starts a day of 45 s over the API, as a script would: a browser on a slow machine has to do its part before the day ends. */
async function startDay(person: Person) {
  const api = await apiOf(person);
  const { id } = runIn(await api.ask('POST', '/api/daily/runs', { timeScale: 240 }));
  return { userId: api.userId, run: async () => runIn(await api.ask('GET', `/api/daily/runs/${id}`)) };
}

/** What really happened in the outside of a space. */
async function effectsIn(space: string) {
  const ledger: unknown = await (await fetch(`${inject('tools').url}/s/${space}/__ledger`)).json();
  const Effect = z.object({ server: z.string(), tool: z.string(), args: z.record(z.string(), z.unknown()) });
  return z.object({ effects: z.array(Effect) }).parse(ledger).effects;
}
/** Mails that went out of the demo mailbox that everybody has. */
const sentBy = async (userId: string) => (await effectsIn(userId)).filter(({ tool }) => tool === 'send_mail');

/** The most sub-agents that had a task in hand at the same moment. */
const atOnce = ({ tasks }: DailyRun): number =>
  Math.max(
    ...tasks.map(
      ({ startTime: at }) =>
        tasks.filter(
          ({ startTime, endTime, assignedTo }) =>
            at !== null &&
            startTime !== null &&
            assignedTo !== null &&
            startTime <= at &&
            (endTime ?? '9') > at,
        ).length,
    ),
  );

/** What the stand-in for Slack was told in a space of its own. */
async function slackPosts(space: string): Promise<string[]> {
  return (await effectsIn(space))
    .filter(({ server }) => server === 'slack')
    .map(({ args }) => String(args['text']));
}

/** Confirms the address, and adds mail and Slack as channels. */
async function addChannels(ada: Person, space: string): Promise<void> {
  const { page } = ada;
  const { token } = await mailTo(ada.email);
  const opened = await ada.tab(`/verify#${token}`);
  await opened.getByRole('heading', { name: 'Your address is confirmed' }).waitFor();
  await opened.close();
  await ada.goTo('/settings/channels');
  await page.getByText('Only in the app so far').waitFor();
  expect(await ada.accessibility()).toEqual([]);
  await page.getByRole('button', { name: 'Add mail' }).click();
  await page.getByText(ada.email).waitFor();
  await page.getByRole('button', { name: 'Add Slack' }).click();
  await page.getByLabel('Address of the incoming webhook').fill('https://example.com/x');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText(/no address of a Slack incoming webhook/).waitFor();
  const url = `${inject('tools').url}/s/${space}/slack/services/T0/B0/good`;
  await page.getByLabel('Address of the incoming webhook').fill(url);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const slack = page.locator('.items > li', { hasText: 'Slack' });
  await slack.getByRole('button', { name: 'Send a test' }).click();
  await slack.getByText('Sent. Look whether it has arrived.').waitFor();
  await slack.getByText('What was sent').click();
  await slack.getByText('A test from Agentic Tasks').waitFor();
  expect(await ada.accessibility()).toEqual([]);
  await picture(page, 'channels', { fullPage: true });
}

it('plans, works, asks, takes a change, stops on time and reports', async () => {
  const ada = await newPerson();
  const { page } = ada;
  await ada.signUp();
  const space = `e2e-${crypto.randomUUID()}`;
  await addChannels(ada, space);
  await page.getByRole('link', { name: 'Today' }).click();
  await page.getByText('A day that runs itself').waitFor();
  expect(await ada.accessibility()).toEqual([]);
  await picture(page, 'today-empty', { fullPage: true });
  await page.getByRole('link', { name: 'Set it up' }).click();
  await page.getByLabel('Begin by itself').check();
  await page.getByLabel('What I want of the day').fill('Mail first.');
  await page.getByRole('button', { name: 'Add a rule' }).click();
  await page.getByLabel('Category', { exact: true }).fill('calls');
  expect(await ada.accessibility()).toEqual([]);
  await picture(page, 'today-settings', { fullPage: true });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText(/^Saved\. The next run begins/).waitFor();

  const day = await startDay(ada);
  await page.getByRole('link', { name: 'Today' }).first().click();
  await page
    .getByRole('region', { name: 'Needs you' })
    .getByText('Answer Rebecca about the receipts')
    .waitFor();
  await page
    .getByRole('region', { name: 'Completed' })
    .getByText('Find flight receipts in the mail')
    .waitFor();
  await picture(page, 'today-board', { fullPage: true });
  expect(await ada.accessibility()).toEqual([]);
  await page.getByLabel('Add a task').fill('Water the plants');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('region', { name: 'Completed' }).getByText('Water the plants').waitFor();
  await page.getByRole('link', { name: 'Look and decide' }).click();
  await page.getByRole('button', { name: 'Send this mail' }).waitFor();
  // Nothing has gone out: the call waits for the yes.
  expect(await sentBy(day.userId)).toEqual([]);
  expect((await day.run()).tasks.find(({ title }) => title.startsWith('Answer'))).toMatchObject({
    status: 'in_progress',
    needsYou: { kind: 'approval' },
  });
  await page.getByRole('button', { name: 'Send this mail' }).click();
  await page.getByRole('link', { name: 'Today' }).first().click();
  await page
    .getByRole('region', { name: 'Completed' })
    .getByText('Answer Rebecca about the receipts')
    .waitFor();

  await page.getByRole('heading', { name: 'Report' }).waitFor({ timeout: TEST_MS });
  const report = await page.locator('pre.report').innerText();
  expect(report).toMatch(/COMPLETED \(5 tasks\)/);
  expect(report).toMatch(/- Total Generated: 6/);
  expect(report).toMatch(
    /Check the flight prices\n\s+Status: Failed \| Reason: The price service does not answer\. \| Attempts: 3/,
  );
  expect(report).toMatch(/Next Steps: Look at what needs you first/);
  expect(await sentBy(day.userId)).toMatchObject([{ args: { to: 'rebecca@example.com' } }]);
  // Three sub-agents and more were at work, each in a conversation of its own, three of them at once; one that waits takes no place.
  const worked = await day.run();
  expect(new Set(worked.tasks.flatMap(({ assignedTo }) => assignedTo ?? [])).size).toBe(6);
  expect(worked.events.filter(({ type }) => type === 'agent_spawned')).toHaveLength(6);
  expect(atOnce(worked)).toBeGreaterThanOrEqual(3);
  // The same words went out, once to each place.
  const mail = await mailTo(ada.email, 'Daily summary');
  expect(mail.text).toContain(report.split('\n').slice(0, 3).join('\n'));
  expect(mail.links.some((link) => link.includes('/today/'))).toBe(true);
  await expect.poll(() => slackPosts(space)).toHaveLength(2);
  expect((await slackPosts(space))[1]).toContain('Completion Rate: 5/6');
  expect(await ada.accessibility()).toEqual([]);
  await picture(page, 'today-report', { fullPage: true });
  await page.getByRole('button', { name: 'More like Water the plants' }).click();
  await page.locator('.thumb[aria-pressed=true]').waitFor();
  const prices = page.locator('.judge li', { hasText: 'Check the flight prices' });
  await prices.getByRole('button', { name: 'Carry over' }).click();
  await prices.getByRole('button', { name: 'Carried over' }).waitFor();
  await page.getByRole('link', { name: 'Past days' }).click();
  await page.getByText('5 of 6 completed · 1 failed').waitFor();
  await page.getByRole('heading', { name: 'The last 30 days' }).waitFor();
  expect(await ada.accessibility()).toEqual([]);
  await picture(page, 'today-past', { fullPage: true });
});

it('is at hand on a phone, in the dark', async () => {
  const ada = await newPerson({ width: 390, height: 844, dark: true });
  const { page } = ada;
  await ada.signUp();
  await startDay(ada);
  await ada.goTo('/today');
  await page.getByRole('region', { name: 'Needs you' }).waitFor();
  expect(await ada.accessibility()).toEqual([]);
  await picture(page, 'today-phone', { fullPage: true });
  await page.getByRole('button', { name: 'End the day' }).click();
  await page.getByRole('button', { name: 'End it' }).click();
  await page.getByRole('heading', { name: 'Report' }).waitFor({ timeout: 30_000 });
  await picture(page, 'today-phone-report', { fullPage: true });
  await ada.goTo('/today/settings');
  await page.getByLabel('Begin by itself').waitFor();
  await picture(page, 'today-phone-settings', { fullPage: true });
});
