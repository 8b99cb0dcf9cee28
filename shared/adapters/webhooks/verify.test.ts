import { describe, expect, it } from 'vitest';
import { newSecret, sameText, signAs, type SignedScheme, verify } from './verify.ts';

const encoder = new TextEncoder();

/** The vectors that the schemes publish; Stripe publishes none, so its one was made with openssl. */
const vectors: Record<
  SignedScheme,
  { secret: string; at: number; body: string; headers: Record<string, string> }
> = {
  standard: {
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    at: 1_614_265_330,
    body: '{"test": 2432232314}',
    headers: {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
  },
  github: {
    secret: "It's a Secret to Everybody",
    at: 0,
    body: 'Hello, World!',
    headers: {
      'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    },
  },
  slack: {
    secret: '8f742231b10e8888abcd99yyyzzz85a5',
    at: 1_531_420_618,
    body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
    headers: {
      'x-slack-request-timestamp': '1531420618',
      'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    },
  },
  stripe: {
    secret: 'whsec_test_secret',
    at: 1_492_774_577,
    body: '{"id":"evt_test_webhook","object":"event"}',
    headers: {
      'stripe-signature':
        't=1492774577,v1=88a022085c6bdb887b02cb26ff76dd681234d9675c0f22844059f55552a8883a,v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39',
    },
  },
};
const schemes = ['standard', 'github', 'slack', 'stripe'] as const;
/** What is signed, and what proves it: a byte of any of these changes everything. */
const proofs: Record<SignedScheme, string[]> = {
  standard: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  github: ['x-hub-signature-256'],
  slack: ['x-slack-request-timestamp', 'x-slack-signature'],
  stripe: ['stripe-signature'],
};

async function check(
  scheme: SignedScheme,
  change: { headers?: Record<string, string>; body?: Uint8Array; secrets?: string[]; at?: number } = {},
) {
  const { secret, at, body, headers } = vectors[scheme];
  const sent = { ...headers, ...change.headers };
  return verify(
    scheme,
    {
      header: (name) => sent[name] ?? null,
      body: change.body ?? encoder.encode(body),
      secrets: change.secrets ?? [secret],
    },
    (change.at ?? at) * 1_000,
  );
}

describe.each(schemes)('%s', (scheme) => {
  const vector = vectors[scheme];

  it('takes its official vector, also with a second secret beside it', async () => {
    expect(await check(scheme)).toMatchObject({ ok: true });
    expect(await check(scheme, { secrets: ['whsec_AAAAAAAAAAAAAAAAAAAAAAAA', vector.secret] })).toMatchObject(
      {
        ok: true,
      },
    );
  });

  it('refuses a byte changed anywhere', async () => {
    const bytes = encoder.encode(vector.body);
    for (let at = 0; at < bytes.length; at += 1) {
      const body = Uint8Array.from(bytes, (byte, index) => (index === at ? byte ^ 1 : byte));
      expect([at, await check(scheme, { body })]).toEqual([at, { ok: false, fault: 'wrong' }]);
    }
    for (const name of proofs[scheme]) {
      const value = vector.headers[name] ?? '';
      // The second signature of Stripe's header is of a scheme that is for tests only, and not read.
      const end = scheme === 'stripe' ? value.indexOf(',v0=') : value.length;
      for (let at = 0; at < end; at += 1) {
        const changed = `${value.slice(0, at)}${value[at] === '0' ? '1' : '0'}${value.slice(at + 1)}`;
        expect([name, at, (await check(scheme, { headers: { [name]: changed } })).ok]).toEqual([
          name,
          at,
          false,
        ]);
      }
    }
  });

  it('refuses without a signature, with another secret, with none, and cut or longer bodies', async () => {
    for (const name of proofs[scheme])
      expect((await check(scheme, { headers: { [name]: '' } })).ok).toBe(false);
    expect((await check(scheme, { secrets: [newSecret(scheme)] })).ok).toBe(false);
    expect((await check(scheme, { secrets: [] })).ok).toBe(false);
    const bytes = encoder.encode(vector.body);
    expect((await check(scheme, { body: bytes.slice(0, -1) })).ok).toBe(false);
    expect((await check(scheme, { body: new Uint8Array([...bytes, 0x20]) })).ok).toBe(false);
  });

  it('takes what is signed as its sender would, and knows a replay by its age', async () => {
    const secret = newSecret(scheme);
    const body = encoder.encode('{"hello": "wörld"}');
    const now = 1_800_000_000_000;
    const headers = await signAs(scheme, { id: 'evt-1', body, secret }, now);
    const at = (later: number) =>
      verify(scheme, { header: (name) => headers[name] ?? null, body, secrets: [secret] }, now + later);
    expect(await at(0)).toMatchObject({ ok: true });
    expect(await at(299_000)).toMatchObject({ ok: true });
    const old = await at(302_000);
    // GitHub signs no time: there the id of the delivery is what is known again.
    expect(old.ok).toBe(scheme === 'github');
    expect((await at(-302_000)).ok).toBe(scheme === 'github');
  });
});

it('takes no body of Standard Webhooks that is no text: two of them could read the same', async () => {
  const secret = newSecret('standard');
  const body = new Uint8Array([0x22, 0xff, 0x22]);
  const headers = await signAs('standard', { id: 'a', body, secret }, 0);
  const sent = { header: (name: string) => headers[name] ?? null, body, secrets: [secret] };
  expect((await verify('standard', sent, 0)).ok).toBe(false);
});

it('compares texts whole', () => {
  expect([sameText('abc', 'abc'), sameText('abc', 'abd'), sameText('abc', 'ab')]).toEqual([
    true,
    false,
    false,
  ]);
});
