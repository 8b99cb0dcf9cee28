import { expect, it } from 'vitest';
import { mailPosted } from './mail-outcome.ts';
import { reportMail } from './report-mail.ts';
import { isSlackAddress, slackBody, slackOutcome } from './slack.ts';

it('knows the addresses of Slack, and takes no others', () => {
  const good = 'https://hooks.slack.com/services/T0/B0/x';
  const played = 'http://localhost:8795/s/a/slack/services/T0/B0/x';
  expect([good, played].map((url) => [isSlackAddress(url, false), isSlackAddress(url, true)])).toEqual([
    [true, true],
    [false, true],
  ]);
  for (const bad of [
    'http://hooks.slack.com/services/T0/B0/x',
    'https://hooks.slack.com.evil.example/services/T0/B0/x',
    'https://me:you@hooks.slack.com/services/T0/B0/x',
    'https://hooks.slack.com/other',
    'x',
  ])
    expect([bad, isSlackAddress(bad, true)]).toEqual([bad, false]);
});

it('lets nothing in a report become a link or a mention', () => {
  const body = slackBody({
    title: 'A & B',
    text: '<!channel> <https://evil|x>',
    href: 'https://app.example/t',
  });
  expect(JSON.parse(body)).toEqual({
    text: '*A &amp; B*\n&lt;!channel&gt; &lt;https://evil|x&gt;\n<https://app.example/t|Open it in the app>',
    unfurl_links: false,
  });
  const long: unknown = JSON.parse(slackBody({ title: 'x', text: 'y'.repeat(50_000), href: 'https://a' }));
  expect(JSON.stringify(long).length).toBeLessThan(13_000);
  const { html, subject } = reportMail({ title: 'A\r\nBcc: x', text: '<script>', href: 'https://a/"' });
  expect([subject, html.includes('<script>'), html.includes('href="https://a/&quot;"')]).toEqual([
    'A Bcc: x',
    false,
    true,
  ]);
});

it.each([
  [200, 'ok', 'sent'],
  [429, 'rate_limited', 'retry'],
  [503, '', 'retry'],
  [404, 'no_service', 'dead'],
  [410, 'channel_is_archived', 'dead'],
  [403, 'action_prohibited', 'dead'],
  [403, 'something new', 'dead'],
  [400, 'invalid_payload', 'failed'],
  [400, 'no_team', 'dead'],
  [302, '', 'failed'],
] as const)('takes %i %s as %s', (status, body, type) => {
  expect(slackOutcome(status, body, 1_000).type).toBe(type);
});

it.each([
  [true, 'http_429', 'retry'],
  [true, 'unreachable', 'retry'],
  [false, 'sent_before', 'sent'],
  [false, 'http_400', 'failed'],
  [false, 'http_413', 'failed'],
  [false, 'http_422', 'failed'],
  [false, 'e_sender_not_verified', 'failed'],
  [false, 'e_content_too_large', 'failed'],
  [false, 'e_recipient_suppressed', 'dead'],
])('takes a mail that was refused (may pass: %s) with %s for %s', (retry, code, type) => {
  expect(mailPosted({ ok: false, retry, code }).type).toBe(type);
});
