import { expect, it } from 'vitest';
import { composeMail } from './compose.ts';
import { MailContent } from './content.ts';

const reader = {
  origin: 'https://app.example.com',
  name: 'Ada <b>\r\nBcc: every\u202Ebody',
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
  email_change_asked: { kind: 'email_change_asked', to: hostile },
  exported: { kind: 'exported' },
  email_changed: { kind: 'email_changed', to: hostile },
  question_waiting: { kind: 'question_waiting', conversationId: 'x', title: hostile, question: hostile },
  password_changed: { kind: 'password_changed' },
  refresh_token_reused: { kind: 'refresh_token_reused', device: hostile, place: hostile, at: '2026-11-21' },
  second_factor_on: { kind: 'second_factor_on' },
  second_factor_off: { kind: 'second_factor_off' },
  passkey_added: { kind: 'passkey_added', name: hostile },
  passkey_copied: { kind: 'passkey_copied', name: hostile },
  passkey_removed: { kind: 'passkey_removed', name: hostile },
  api_key_made: { kind: 'api_key_made', name: hostile, scopes: ['read', 'files'] },
  google_linked: { kind: 'google_linked', email: hostile },
  recovery_code_used: { kind: 'recovery_code_used', left: 1 },
  account_deleted: { kind: 'account_deleted' },
};

it.each(Object.values(all))('words $kind in text and HTML alike, and lets nothing break out', (content) => {
  expect(MailContent.parse(JSON.parse(JSON.stringify(content)))).toEqual(content);
  const { subject, text, html } = composeMail(content, reader, localTime);
  expect(subject).toMatch(/^[^\p{Cc}]{5,60}$/u);
  expect(text + html).not.toMatch(/[\u202A-\u202E]/);
  expect(text).toMatch(/^Hello Ada <b> Bcc: everybody,\n\n/);
  expect(html).toContain('Hello Ada &lt;b&gt; Bcc: everybody,');
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

// Whoever signs up with the address of another chooses the names, and the mail goes to the other.
it('carries no link to strangers in the name of a person or a thing', () => {
  for (const name of [
    'Prize: https://evil.example/x',
    'evil.example',
    'www。evil。example',
    'go@evil.example',
  ]) {
    const greeted = composeMail(all.verify, { ...reader, name }, localTime);
    const named = composeMail({ kind: 'api_key_made', name }, { ...reader, name }, localTime);
    for (const { text, html } of [greeted, named]) {
      expect(text).toMatch(/^Hello there,/);
      expect(text + html).not.toMatch(/evil/);
    }
    expect(named.text).toContain('The API key (left out here: its name looks like a link) can act');
  }
  for (const name of ['Dr. Ada', 'CI/CD', 'Ada L.', 'Wait ...', '12:30'])
    expect(composeMail(all.verify, { ...reader, name }, localTime).text).toContain(`Hello ${name},`);
});

it('says what a key may do, and how many codes are left', () => {
  const textOf = (content: MailContent) => composeMail(content, reader, localTime).text;
  expect(textOf(all.api_key_made)).toContain('What it may do: read, files.');
  expect(textOf(all.recovery_code_used)).toContain('1 is left.');
  expect(textOf({ kind: 'recovery_code_used', left: 0 })).toContain('None are left.');
  expect(textOf({ kind: 'recovery_code_used' })).not.toContain('left.');
});
