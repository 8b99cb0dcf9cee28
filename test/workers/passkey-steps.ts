/** What people do with passkeys, step by step as a page does it, for tests in workerd. */
import { env } from 'cloudflare:workers';
import { expect, vi } from 'vitest';
import * as z from 'zod/mini';
import { user as userObject } from '#durable-objects/user/client.ts';
import { Problem } from '#shared/protocol/problem.ts';
import { Ceremony, Passkey, Security } from '#shared/protocol/security.ts';
import { newcomer, ORIGIN, TestBrowser } from '#worker/test-browser.ts';
import { Authenticator, type Traits, type Wrong } from './authenticator.ts';

const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';

/** The answer to whatever is wrong with a passkey. */
export const refused = [401, 'passkey_refused'];

/** Goes on by so many milliseconds, and stays there. */
export const pass = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });

export const begin = async (browser: TestBrowser, path: string, body?: unknown): Promise<Ceremony> => {
  const response = await browser.call('POST', path, body === undefined ? {} : { body });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return Ceremony.parse(await response.json());
};

export const added = async (response: Response) =>
  z.object({ passkey: Passkey }).parse(await response.json()).passkey;

/** Registers, as a page does. */
export async function register(
  browser: TestBrowser,
  authenticator: Authenticator,
  wrong: Wrong = {},
  name?: string,
): Promise<Response> {
  const { options, token } = await begin(browser, '/api/passkeys/options');
  const credential = await authenticator.create(options, wrong);
  const body = { token, credential, ...(name === undefined ? {} : { name }) };
  return browser.call('POST', '/api/passkeys', { body, headers: { 'user-agent': CHROME } });
}

/** Signs in with a passkey alone, as a page does. */
export async function signIn(authenticator: Authenticator, wrong: Wrong = {}, browser = new TestBrowser()) {
  const { options, token } = await begin(browser, '/api/auth/passkey/options', {});
  const credential = await authenticator.get(options, wrong);
  return browser.call('POST', '/api/auth/passkey', { body: { token, credential } });
}

/** The pending token that a right password gets where a second factor is asked for. */
export async function passwordOnly(person: TestBrowser): Promise<string> {
  const { email, password } = person;
  const browser = new TestBrowser();
  const response = await browser.call('POST', '/api/auth/sign-in', { body: { email, password } });
  expect([response.status, response.headers.get('set-cookie')]).toEqual([401, null]);
  const { code, pending } = Problem.parse(await response.json());
  expect(code).toBe('second_factor_required');
  return pending ?? '';
}

export const securityOf = async (browser: TestBrowser): Promise<Security> =>
  Security.parse(await (await browser.call('GET', '/api/me/security')).json());

export const turn = (browser: TestBrowser, on: boolean) =>
  browser.call('PUT', '/api/me/second-factor', { body: { on } });

export const codesOf = async (response: Response): Promise<string[]> =>
  z.object({ recoveryCodes: z.array(z.string()) }).parse(await response.json()).recoveryCodes;

export const auditOf = async (person: TestBrowser) =>
  (await userObject(env, person.userId).audit({}))?.items.map(({ action, detail }) => [action, detail]) ?? [];

/** Somebody who has just signed up and registered a passkey. */
export async function withPasskey(traits: Partial<Traits> = {}) {
  const person = await newcomer();
  const authenticator = new Authenticator(ORIGIN, traits);
  const response = await register(person, authenticator);
  if (response.status !== 201) throw new Error(await response.text());
  return { person, authenticator, passkey: await added(response) };
}
