/** Who takes the mail, and what the errors of Cloudflare's binding mean. Resend is held against the local capture. */
import { expect, it } from 'vitest';
import { readMail } from '#shared/core/settings/neighbours.ts';
import { makeMailer } from './mailer.ts';

const MAIL = { id: 'mail-1', to: 'ada@example.com', subject: 'Hello', text: 'Hello', html: '<p>Hello</p>' };
const FROM = 'Agentic Tasks <app@example.com>';
const settingsOf = (environment: Record<string, unknown>) =>
  readMail({ MAIL_FROM: FROM, ...environment }, []);

/** A binding that answers like this; `taken` is what it was given. */
function bindingWith(answer: () => unknown) {
  const taken: unknown[] = [];
  const send = (message: unknown) => Promise.resolve(taken.push(message)).then(answer);
  return { taken, send };
}

it('sends by the binding where there is one, else by Resend where there is a key, else not at all', async () => {
  const binding = bindingWith(() => ({ messageId: 'x' }));
  const both = settingsOf({ EMAIL: binding, RESEND_API_KEY: 're_x' });
  expect(await makeMailer(both, binding)?.send(MAIL)).toEqual({ ok: true });
  const { id: _id, ...rest } = MAIL;
  expect(binding.taken).toEqual([{ from: FROM, ...rest }]);
  expect(makeMailer(settingsOf({ RESEND_API_KEY: 're_x' }), undefined)).not.toBeNull();
  expect(makeMailer(settingsOf({}), undefined)).toBeNull();
  // Something else of that name: no mail is said to go out that would not.
  expect(makeMailer(both, { get: () => null })).toBeNull();
});

// The codes: developers.cloudflare.com/email-service/api/send-emails/workers-api
it.each([
  ['E_VALIDATION_ERROR', false],
  ['E_FIELD_MISSING', false],
  ['E_TOO_MANY_RECIPIENTS', false],
  ['E_SENDER_NOT_VERIFIED', false],
  ['E_SENDER_DOMAIN_NOT_AVAILABLE', false],
  ['E_RECIPIENT_NOT_ALLOWED', false],
  ['E_RECIPIENT_SUPPRESSED', false],
  ['E_CONTENT_TOO_LARGE', false],
  ['E_HEADER_VALUE_INVALID', false],
  ['E_HEADERS_TOO_LARGE', false],
  ['E_RATE_LIMIT_EXCEEDED', true],
  ['E_DAILY_LIMIT_EXCEEDED', true],
  ['E_DELIVERY_FAILED', true],
  ['E_INTERNAL_SERVER_ERROR', true],
  ['E_OF_NEXT_YEAR', true],
])('knows whether %s may pass: %s', async (code, retry) => {
  const binding = bindingWith(() => {
    throw Object.assign(new Error('to ada@example.com: no'), { code });
  });
  const outcome = await makeMailer(settingsOf({ EMAIL: binding }), binding)?.send(MAIL);
  expect(outcome).toEqual({ ok: false, retry, code: code.toLowerCase() });
});

it('tries again after an error without a code, and tells the log nothing of what it said', async () => {
  const binding = bindingWith(() => {
    throw new Error('ada@example.com is not there');
  });
  const outcome = await makeMailer(settingsOf({ EMAIL: binding }), binding)?.send(MAIL);
  expect(outcome).toEqual({ ok: false, retry: true, code: 'failed' });
});
