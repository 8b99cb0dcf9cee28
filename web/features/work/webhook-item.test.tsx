import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Delivery, Webhook } from '#shared/protocol/webhook.ts';
import { UserContext } from '#web/app/signed-in.ts';
import { areActs, keysOf, lossy, press } from '#web/test-acts.ts';
import { ada, serve, signIn } from '#web/test-server.ts';
import { idOf } from '#shared/protocol/fixtures.ts';
import { WebhookForm } from './webhook-form.tsx';
import { WebhookItem } from './webhook-item.tsx';

const [talk, hook, delivery] = [idOf(2), idOf(3), idOf(4)];
const at = '2026-11-24T12:00:00.000Z';
const path = `/api/conversations/${talk}/webhooks`;
const webhook: Webhook = {
  id: hook,
  conversationId: talk,
  name: 'News',
  scheme: 'standard',
  url: 'https://app.test/hooks/x',
  instruction: 'Say what came',
  whileBusy: 'merge',
  filter: null,
  status: 'live',
  paused: null,
  secretPending: false,
  previousUntil: null,
  deliveries: 1,
  waiting: 0,
  lastDeliveryAt: at,
  refused: 0,
  refusedAt: null,
  failures: 0,
  createdAt: at,
};
const arrived: Delivery = {
  id: delivery,
  webhookId: hook,
  receivedAt: at,
  status: 'accepted',
  runId: null,
  size: 2,
  contentType: null,
  preview: 'what came',
  test: false,
  replayOf: null,
  kept: true,
};
const made = { webhook, url: webhook.url, secret: 'whsec_new' };

/** A server that does everything, and whose answer to a POST is lost each second time, beginning with the first. */
function begin(children: React.ReactNode) {
  const post = lossy();
  const asked = serve({
    [`GET ${path}`]: Response.json({ items: [webhook] }),
    [`GET ${path}/${hook}/deliveries`]: Response.json({ items: [arrived], nextCursor: null }),
    [`GET ${path}/${hook}/deliveries/${delivery}`]: Response.json({
      delivery: { ...arrived, headers: {}, body: '{}' },
    }),
    [`POST ${path}`]: post(made, 201),
    [`POST ${path}/${hook}/rotate`]: post(made, 200),
    [`POST ${path}/${hook}/test`]: post({ deliveryId: delivery, runId: null }, 202),
    [`POST ${path}/${hook}/deliveries/${delivery}/replay`]: post({ deliveryId: delivery, runId: null }, 202),
  });
  signIn();
  render(<UserContext value={ada}>{children}</UserContext>);
  return asked;
}

test('a test that had no answer is sent again as the same act', async () => {
  const asked = begin(<WebhookItem webhook={webhook} />);
  await press('Send a test', asked, `POST ${path}/${hook}/test`, 3);
  expect(areActs(keysOf(asked, `POST ${path}/${hook}/test`))).toBe(true);
});

test.each([
  [{ status: 'filtered' }, /left out by the filter/, false],
  [{ status: 'accepted', runId: idOf(9) }, /started a run/, true],
  [
    { status: 'waiting', runId: idOf(9), waits: { reason: 'at_work', until: null } },
    /Waits: Claude is at work/,
    false,
  ],
  [{ status: 'paused' }, /started nothing: the webhook is paused/, false],
])(
  'what became of a test is said beside its button, not in the log alone: %j',
  async (became, words, link) => {
    serve({
      [`POST ${path}/${hook}/test`]: Response.json({ deliveryId: delivery, runId: null }, { status: 202 }),
      [`GET ${path}`]: Response.json({ items: [webhook] }),
      [`GET ${path}/${hook}/deliveries/${delivery}`]: Response.json({
        delivery: { ...arrived, ...became, test: true, headers: {}, body: '{}' },
      }),
    });
    signIn();
    render(
      <UserContext value={ada}>
        <WebhookItem webhook={webhook} />
      </UserContext>,
    );
    expect(screen.queryByRole('status')).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Send a test' }));
    await screen.findByText(words);
    expect(screen.getByRole('status').textContent).toMatch(words);
    const [run] = screen.queryAllByRole('link', { name: 'Look at the run' });
    expect(run?.getAttribute('href')).toBe(link ? `/c/${talk}/runs/${idOf(9)}` : undefined);
  },
);

test('a new secret that had no answer is the same one', async () => {
  const asked = begin(<WebhookItem webhook={webhook} />);
  fireEvent.click(screen.getByRole('button', { name: 'New secret…' }));
  await press('Make a new secret', asked, `POST ${path}/${hook}/rotate`, 2);
  await screen.findByText('whsec_new');
  expect(areActs(keysOf(asked, `POST ${path}/${hook}/rotate`))).toBe(true);
});

test('what is sent through once more is so once, also when its row was closed meanwhile', async () => {
  const asked = begin(<WebhookItem webhook={webhook} />);
  const toggle = (text: string, open: boolean) => {
    const details = screen.getByText(text).closest('details');
    if (details === null) throw new Error('no details');
    details.open = open;
    fireEvent(details, new Event('toggle'));
  };
  toggle('What arrived', true);
  await screen.findByText('what came');
  toggle('what came', true);
  await press('Send it through once more', asked, `POST ${path}/${hook}/deliveries/${delivery}/replay`, 1);
  await screen.findByText(/Something broke/);
  toggle('what came', false);
  await waitFor(() => expect(screen.queryByText(/Something broke/)).toBeNull());
  toggle('what came', true);
  const button = await screen.findByRole('button', { name: 'Send it through once more' });
  fireEvent.click(button);
  const sent = () => keysOf(asked, `POST ${path}/${hook}/deliveries/${delivery}/replay`);
  await waitFor(() => expect(sent()).toHaveLength(2));
  expect(areActs(sent())).toBe(true);
});

test('a webhook that was perhaps made is made again as the same one, and as another when it was changed', async () => {
  const asked = begin(
    <WebhookForm conversationId={talk} webhook={null} onMade={() => {}} onClose={() => {}} />,
  );
  const write = (label: RegExp, value: string) =>
    fireEvent.change(screen.getByLabelText(label), { target: { value } });
  write(/^Name/, 'News');
  write(/What Claude does/, 'Say what came');
  await press('Make it', asked, `POST ${path}`, 3);
  await screen.findByText(/Something broke/);
  write(/^Name/, 'Other');
  const button = screen.getByRole('button', { name: 'Make it' });
  fireEvent.click(button);
  await waitFor(() => expect(keysOf(asked, `POST ${path}`)).toHaveLength(4));
  const sent = keysOf(asked, `POST ${path}`);
  expect(areActs(sent.slice(0, 3))).toBe(true);
  expect(sent[3]).not.toBe(sent[2]);
});
