import { expect, it } from 'vitest';
import { composeMail } from './compose.ts';
import { MailContent } from './content.ts';

const reader = {
  origin: 'https://app.example.com',
  name: 'Ada <b>\r\nBcc: everybody@example.com',
  email: 'ada@example.com',
  timezone: 'Europe/Paris',
};
const localTime = (instant: string, timezone: string) => `${instant} in ${timezone}`;
const hostile = '"><script>alert(1)</script>\r\nX: y\u2028z';

const all: Record<MailContent['kind'], MailContent> = {
  verify: { kind: 'verify', token: 'tok.en' },
  change_email: { kind: 'change_email', token: 'tok.en', email: hostile },
  reset: { kind: 'reset', token: 'tok.en' },
  sign_up_repeated: { kind: 'sign_up_repeated' },
  email_changed: { kind: 'email_changed', to: hostile },
  password_changed: { kind: 'password_changed' },
  refresh_token_reused: { kind: 'refresh_token_reused', device: hostile, place: hostile, at: '2026-11-21' },
  second_factor_on: { kind: 'second_factor_on' },
  second_factor_off: { kind: 'second_factor_off' },
  passkey_added: { kind: 'passkey_added', name: hostile },
  passkey_removed: { kind: 'passkey_removed', name: hostile },
  api_key_made: { kind: 'api_key_made', name: hostile },
  google_linked: { kind: 'google_linked', email: hostile },
  recovery_code_used: { kind: 'recovery_code_used', left: 3 },
  account_deleted: { kind: 'account_deleted' },
};

it.each(Object.values(all))('words $kind in text and HTML alike, and lets nothing break out', (content) => {
  expect(MailContent.parse(JSON.parse(JSON.stringify(content)))).toEqual(content);
  const { subject, text, html } = composeMail(content, reader, localTime);
  expect(subject).toMatch(/^[^\p{Cc}]{5,150}$/u);
  expect(text).toMatch(/^Hello Ada <b> Bcc: everybody@example\.com,\n\n/);
  expect(html).toContain('Hello Ada &lt;b&gt; Bcc: everybody@example.com,');
  expect(html).not.toMatch(/<script|<img|<b>|javascript:/i);
  expect(text).not.toMatch(/^(?:X|Bcc): /m);
  // The same way on in both, on our own origin, with the token where no server and no log sees it.
  const linked = [...html.matchAll(/href="([^"]+)"/g)].map(([, href]) => href);
  expect(new Set(linked).size).toBeLessThanOrEqual(1);
  for (const href of linked) {
    expect(href).toMatch(/^https:\/\/app\.example\.com\/(?:(?:verify|reset)#tok\.en|[a-z/-]+)$/);
    expect(text).toContain(`:\n${href}\n`);
  }
  expect(linked.length > 0).toBe('token' in content || !/deleted|email_changed/.test(content.kind));
});

it('tells when it happened in the time zone of the reader', () => {
  const { text } = composeMail(all.refresh_token_reused, reader, localTime);
  expect(text).toContain('On 2026-11-21 in Europe/Paris');
});
