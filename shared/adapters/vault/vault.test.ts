import { createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { VaultError } from './error.ts';
import { makeVault, type Place } from './vault.ts';

const keyOf = (name: string, root: Uint8Array = randomBytes(32)) => ({
  name,
  key: Buffer.from(root).toString('base64'),
});
const [k1, k2, k3] = [keyOf('k1'), keyOf('k2'), keyOf('k3')];
const place: Place = {
  table: 'connections',
  row: 'row-1',
  userId: '0190c9a4-0000-7000-8000-000000000001',
  column: 'token',
};
const SECRET = 'ya29.a-token-of-a-provider';

/** The code it fails with. The error says nothing of the secret, whichever way somebody prints it. */
async function failureOf(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => 'it opened',
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof VaultError)) return String(error);
  expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain(SECRET);
  expect(error.cause).toBeUndefined();
  return error.code;
}

it('opens what it sealed, whatever it was, and keeps nothing of it readable', async () => {
  const vault = makeVault([k1]);
  const texts = ['', SECRET, 'ümläut 🗝 日本', '\uFEFFwith a mark \u0000 and a zero', 'x'.repeat(1_048_576)];
  for (const text of texts) {
    const sealed = await vault.seal(place, text);
    expect(sealed).toMatch(/^v1\.k1\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{22,}$/);
    expect(await vault.open(place, sealed)).toBe(text);
    // A vault with the same keys in another process knows nothing but the keys.
    expect(await makeVault([k1]).open(place, sealed)).toBe(text);
  }
  expect(() => makeVault([])).toThrow('needs a key');
  // The settings take a key in either alphabet, with or without padding.
  const root = Buffer.alloc(32, 0xfb);
  const inOther = await makeVault([{ name: 'k', key: root.toString('base64url') }]).seal(place, SECRET);
  expect(await makeVault([keyOf('k', root)]).open(place, inOther)).toBe(SECRET);
});

it('agrees with other implementations of the same algorithms', async () => {
  // Written by two of them (OpenSSL through node:crypto, and pyca/cryptography), root key 00 01 02 ... 1f.
  const fixed = 'v1.k7.AAECAwQFBgcICQoL.TFT0VlyewRMa5xELdURuJrYAWQkxIFihdBiIaPXVh7E6fXMv-6qcd3jCtEtoyvrY';
  const root = Uint8Array.from({ length: 32 }, (_, i) => i);
  expect(await makeVault([keyOf('k7', root)]).open(place, fixed)).toBe('a secret with ümläuts and 🗝');

  const sealed = await makeVault([keyOf('k7', root)]).seal(place, SECRET);
  const [version, name, iv = '', text = ''] = sealed.split('.');
  const info = JSON.stringify(['secrets of a user', place.userId]);
  const key = Buffer.from(hkdfSync('sha256', root, 'agentic-tasks vault v1', info, 32));
  const body = Buffer.from(text, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'));
  const { table, row, userId, column } = place;
  decipher.setAAD(Buffer.from(JSON.stringify([version, name, table, row, userId, column])));
  decipher.setAuthTag(body.subarray(-16));
  const opened = Buffer.concat([decipher.update(body.subarray(0, -16)), decipher.final()]);
  expect(opened.toString()).toBe(SECRET);
});

it('opens a secret in its own place only', async () => {
  const vault = makeVault([k1]);
  const sealed = await vault.seal(place, SECRET);
  const elsewhere: Place[] = [
    { ...place, userId: '0190c9a4-0000-7000-8000-000000000002' },
    { ...place, row: 'row-2' },
    { ...place, column: 'refresh_token' },
    { ...place, table: 'webhooks' },
    // The same letters, cut at another point.
    { ...place, table: 'connectionsrow', row: '-1' },
    { ...place, table: 'connections","row-1', row: '' },
    { ...place, row: place.column, column: place.row },
    { ...place, row: '' },
  ];
  for (const other of elsewhere) expect(await failureOf(vault.open(other, sealed))).toBe('not_opened');
  for (const other of elsewhere) expect(await failureOf(vault.reseal(other, sealed))).toBe('not_opened');
  expect(await vault.open({ ...place }, sealed)).toBe(SECRET);
});

it('opens nothing that was changed, however little', async () => {
  const vault = makeVault([k1, k2]);
  const sealed = await vault.seal(place, SECRET);
  const [version = '', name = '', iv = '', text = ''] = sealed.split('.');
  const other = (await vault.seal(place, SECRET)).split('.');
  const join = (...parts: string[]) => parts.join('.');

  // Each character in turn is another one: also those whose last bits stand for nothing.
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const next = (letter = '') => alphabet[(alphabet.indexOf(letter) + 1) % 64] ?? '';
  for (let at = join(version, name, '').length; at < sealed.length; at += 1) {
    if (sealed[at] === '.') continue;
    const flipped = sealed.slice(0, at) + next(sealed[at]) + sealed.slice(at + 1);
    expect(await failureOf(vault.open(place, flipped))).toMatch(/^(?:not_opened|malformed)$/);
  }
  // And each length that is shorter.
  for (let length = 0; length < sealed.length; length += 1)
    expect(await failureOf(vault.open(place, sealed.slice(0, length)))).not.toBe('it opened');

  expect(await failureOf(vault.open(place, join(version, name, other[2] ?? '', text)))).toBe('not_opened');
  expect(await failureOf(vault.open(place, join(version, name, iv, other[3] ?? '')))).toBe('not_opened');
  // The name of the key is bound too: another key of the ring does not get to try.
  expect(await failureOf(vault.open(place, join(version, 'k2', iv, text)))).toBe('not_opened');
  expect(await failureOf(vault.open(place, join(version, 'k9', iv, text)))).toBe('unknown_key');
  const malformed = [
    '',
    SECRET,
    join('v2', name, iv, text),
    join(version, 'K1', iv, text),
    join(version, name, iv),
    join(version, name, iv, text, ''),
    join(version, name, iv.slice(4), text),
    join(version, name, iv, ''),
    join(version, name, iv, 'AAAA'),
    join(version, name, iv, `${text}==`),
    join(version, name, iv, text.replace(/^./, '+')),
    ` ${sealed}`,
    `${sealed}\n`,
  ];
  for (const wrong of malformed) expect(await failureOf(vault.open(place, wrong))).toBe('malformed');
});

it('changes keys without losing a secret: k1, then k2 before k1, then k2 alone', async () => {
  const before = makeVault([k1]);
  const sealed = await before.seal(place, SECRET);
  expect(before.needsRotation(sealed)).toBe(false);

  const between = makeVault([k2, k1]);
  expect(between.needsRotation(sealed)).toBe(true);
  expect(await between.open(place, sealed)).toBe(SECRET);
  const anew = await between.reseal(place, sealed);
  expect(anew).toMatch(/^v1\.k2\./);
  expect(between.needsRotation(anew)).toBe(false);

  const after = makeVault([k2]);
  expect(await after.open(place, anew)).toBe(SECRET);
  expect(await failureOf(after.open(place, sealed))).toBe('unknown_key');
  expect(await failureOf(after.reseal(place, sealed))).toBe('unknown_key');
  // What nobody sealed is not passed over.
  expect(after.needsRotation('in clear')).toBe(true);
  // The name alone does not help: another key of that name opens nothing.
  expect(await failureOf(makeVault([{ ...k3, name: 'k1' }]).open(place, sealed))).toBe('not_opened');
});

it('never uses an IV twice, and serves more users than it keeps keys of', async () => {
  const vault = makeVault([k1]);
  const sealed = await Promise.all(
    Array.from({ length: 1_000 }, async (_, i) => {
      const own = { ...place, userId: `user-${i % 600}` };
      return { own, text: await vault.seal(own, `secret ${i}`) };
    }),
  );
  expect(new Set(sealed.map(({ text }) => text.split('.')[2])).size).toBe(1_000);
  for (const [i, { own, text }] of sealed.entries()) expect(await vault.open(own, text)).toBe(`secret ${i}`);
});
