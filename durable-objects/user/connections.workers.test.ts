import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeVault } from '#shared/adapters/vault/vault.ts';
import { parseSettings } from '#shared/core/settings.ts';
import type { VaultKey } from '#shared/core/settings/keys.ts';
import type { Connection } from '#shared/protocol/connection.ts';
import { actions, AT, device, good, newUser } from '../../test/workers/desk.ts';
import { FakeServers, listingOf, toolNamed } from '../../test/workers/fake-servers.ts';
import { type NewRule, user } from './client.ts';
import { neighboursOf } from './neighbours.ts';

const TOKEN = 'token-that-nobody-may-see';
const GITHUB = 'https://api.githubcopilot.com/mcp/';
const DEMO = 'http://localhost:8795';

const setDemo = (base: string) => Object.assign(env, { DEMO_TOOLS_URL: base });

let servers: FakeServers;
let url: string;

beforeEach(() => {
  servers = new FakeServers();
  url = `https://${uuidv4()}.example.com/mcp`;
  setDemo('');
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const summary = ({ tools }: Connection) =>
  tools.map(({ name, risk, review, verdict }) => [name, risk, review, verdict]);

it('connects a server that somebody named: asked first, offered as new, and every call of it asks', async () => {
  const { id, desk } = await newUser();
  servers.set(
    url,
    listingOf(
      toolNamed('search', { annotations: { readOnlyHint: true } }),
      toolNamed('send_note', { annotations: { openWorldHint: true }, title: 'Send a note' }),
      toolNamed('wipe', { annotations: { destructiveHint: true } }),
    ),
  );
  const made = good(await desk.createConnection({ url, name: 'My\u0007 Server\u202e' }, device));
  expect(made).toMatchObject({
    slug: 'my-server',
    name: 'My Server',
    url,
    auth: 'none',
    vetted: false,
    demo: false,
    status: 'connected',
    problem: null,
    server: { name: 'fake', version: '1.0', protocolVersion: '2026-07-28' },
  });
  expect(summary(made)).toEqual([
    ['my-server__search', 'write', 'new', 'ask'],
    ['my-server__send_note', 'send', 'new', 'ask'],
    ['my-server__wipe', 'destroy', 'new', 'ask'],
  ]);
  expect(await desk.connections()).toEqual([made]);
  expect(servers.closed).toBe(1);
  const [connection] = (await desk.kit())?.connections ?? [];
  expect(connection).toMatchObject({ id: made.id, vetted: false, usable: true, sealed: null });
  expect(connection?.tools.map(({ key, repeatable, keyArgument }) => [key, repeatable, keyArgument])).toEqual(
    ['search', 'send_note', 'wipe'].map((name) => [`${made.id}/${name}`, false, null]),
  );
  expect(await actions(id)).toEqual([['connection_added', 'My Server']]);
});

it('keeps nothing of a server that does not answer, and says why', async () => {
  const { id, desk } = await newUser();
  const refused = async (made: Parameters<typeof desk.createConnection>[0]) => {
    const answer = await desk.createConnection(made, device);
    return answer.ok ? 'ok' : [answer.code, 'detail' in answer ? answer.detail : undefined];
  };
  servers.set(url, listingOf('search'), TOKEN);
  const wrong = { type: 'bearer', token: 'wrong' } as const;
  expect(await refused({ url })).toEqual(['connection_failed', 'unauthorized']);
  expect(await refused({ url, auth: wrong })).toEqual(['connection_failed', 'unauthorized']);
  servers.set(url, 'bad_answer');
  expect(await refused({ url })).toEqual(['connection_failed', 'bad_answer']);
  for (const bad of ['http://example.com/mcp', 'ftp://x', 'nonsense', 'https://10.0.0.1/mcp', env.PUBLIC_URL])
    expect([bad, await refused({ url: bad })]).toEqual([bad, ['connection_failed', 'address_refused']]);
  expect(await refused({ slug: 'no-such-server' })).toEqual(['not_found', undefined]);
  expect(await refused({})).toEqual(['not_found', undefined]);
  expect(await desk.connections()).toEqual([]);
  expect(await actions(id)).toEqual([]);
  expect(servers.asked).toHaveLength(3);
});

it('seals a token, shows it to nobody, and opens it only where it is sent', async () => {
  const { id, desk } = await newUser();
  servers.set(url, listingOf('search'), TOKEN);
  const made = good(await desk.createConnection({ url, auth: { type: 'bearer', token: TOKEN } }, device));
  expect(made).toMatchObject({ auth: 'bearer', name: new URL(url).hostname });
  const kit = await desk.kit();
  const sealed = kit?.connections[0]?.sealed ?? '';
  for (const told of [made, await desk.connections(), kit, await desk.audit({})])
    expect(JSON.stringify(told)).not.toContain(TOKEN);
  const stored = await runInDurableObject(desk, (_instance, { storage }) =>
    JSON.stringify(storage.sql.exec('SELECT * FROM connections').toArray()),
  );
  expect(stored).not.toContain(TOKEN);
  const { vaultKeys } = parseSettings({ ...env });
  const place = { table: 'connections', row: made.id, userId: id, column: 'token' };
  expect(await makeVault(vaultKeys).open(place, sealed)).toBe(TOKEN);
  // It is this row's, of this user, and of nobody else.
  for (const other of [{ row: uuidv7() }, { userId: uuidv4() }])
    await expect(makeVault(vaultKeys).open({ ...place, ...other }, sealed)).rejects.toThrow(Error);
  good(await desk.checkConnection(made.id));
  expect(servers.asked.at(-1)).toEqual({ url, token: TOKEN });
});

/** Gives the objects of this file these keys of the vault. */
const openWith = (stub: DurableObjectStub, keys: ReadonlyArray<VaultKey>) =>
  runInDurableObject(stub, (instance) => {
    neighboursOf(Reflect.get(instance, 'env')).vault = makeVault(keys);
  });

it('seals tokens anew when the vault has a new key', async () => {
  const { id, desk } = await newUser();
  servers.set(url, listingOf('search'), TOKEN);
  const { id: row } = good(
    await desk.createConnection({ url, auth: { type: 'bearer', token: TOKEN } }, device),
  );
  const sealed = async () => (await desk.kit())?.connections[0]?.sealed ?? '';
  expect(await desk.resealSecrets()).toEqual({ resealed: 0, left: 0 });
  const before = await sealed();
  const keys = parseSettings({ ...env }).vaultKeys;
  const newest = { name: 'k9', key: btoa('n'.repeat(32)) };
  await openWith(desk, [newest, ...keys]);
  expect(await desk.resealSecrets()).toEqual({ resealed: 1, left: 0 });
  expect(await desk.resealSecrets()).toEqual({ resealed: 0, left: 0 });
  expect(await sealed()).not.toBe(before);
  const place = { table: 'connections', row, userId: id, column: 'token' };
  expect(await makeVault([newest]).open(place, await sealed())).toBe(TOKEN);
  // Without the key it is counted as left, and a check says that it wants a new token: no fault of the server.
  await openWith(desk, keys);
  expect(await desk.resealSecrets()).toEqual({ resealed: 0, left: 1 });
  expect(good(await desk.checkConnection(row))).toMatchObject({
    status: 'needs_reconnect',
    problem: 'unauthorized',
  });
});

it('knows a vetted server: reads run, the rest asks, its own hints count for nothing', async () => {
  const { desk } = await newUser();
  servers.set(
    GITHUB,
    listingOf(
      'issue_read',
      toolNamed('merge_pull_request', { annotations: { readOnlyHint: true } }),
      'delete_repository',
    ),
    TOKEN,
  );
  const auth = { type: 'bearer', token: TOKEN } as const;
  expect((await desk.connectionCatalog()).map(({ slug, connected }) => [slug, connected])).toEqual([
    ['github', null],
  ]);
  const made = good(await desk.createConnection({ slug: 'github', auth }, device));
  expect(made).toMatchObject({ slug: 'github', name: 'GitHub', vetted: true, auth: 'bearer' });
  expect(summary(made)).toEqual([
    ['github__issue_read', 'read', 'reviewed', 'allow'],
    ['github__merge_pull_request', 'write', 'reviewed', 'ask'],
    ['github__delete_repository', 'destroy', 'reviewed', 'ask'],
  ]);
  expect((await desk.connectionCatalog())[0]?.connected).toBe(made.id);
  expect(await desk.createConnection({ slug: 'github', auth }, device)).toMatchObject({
    code: 'connection_exists',
  });
  expect(await desk.createConnection({ url: GITHUB, auth }, device)).toMatchObject({
    code: 'connection_exists',
  });
  // What it adds later, nobody has looked at; what the catalog knows, somebody has.
  servers.set(GITHUB, listingOf('issue_read', 'list_issues', 'brand_new'), TOKEN);
  expect(summary(good(await desk.checkConnection(made.id)))).toEqual([
    ['github__issue_read', 'read', 'reviewed', 'allow'],
    ['github__merge_pull_request', 'write', 'gone', 'deny'],
    ['github__delete_repository', 'destroy', 'gone', 'deny'],
    ['github__list_issues', 'read', 'reviewed', 'allow'],
    ['github__brand_new', 'write', 'new', 'ask'],
  ]);
});

it('takes the same address by hand for what it is: nobody’s word for its tools', async () => {
  const { desk } = await newUser();
  servers.set(GITHUB, listingOf('issue_read'));
  const made = good(await desk.createConnection({ url: GITHUB, name: 'GitHub' }, device));
  // Named like a server of ours, it gets another slug.
  expect(made).toMatchObject({ vetted: false, slug: 'github-2' });
  expect(summary(made)).toEqual([['github-2__issue_read', 'write', 'new', 'ask']]);
});

it('shows how a connection fares, and what it takes to mend it', async () => {
  const { id, desk } = await newUser();
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(AT);
  servers.set(url, listingOf('a'), TOKEN);
  const made = good(
    await desk.createConnection({ url, name: 'x', auth: { type: 'bearer', token: TOKEN } }, device),
  );
  const state = async () => {
    const [known] = await desk.connections();
    const usable = (await desk.kit())?.connections[0]?.usable;
    return [known?.status, known?.problem, usable];
  };
  const sealed = (await desk.kit())?.connections[0]?.sealed ?? null;
  await desk.reportFault(made.id, 'timeout', sealed);
  expect(await state()).toEqual(['unreachable', 'timeout', true]);
  await desk.reportFault(made.id, 'unauthorized', sealed);
  expect(await state()).toEqual(['needs_reconnect', 'unauthorized', false]);
  // Somebody who pressed stop says nothing of the server.
  await desk.reportListing(made.id, listingOf('a'));
  await desk.reportFault(made.id, 'aborted', sealed);
  expect(await state()).toEqual(['connected', null, true]);
  // Nor does a turn that began with another token and is told so only now.
  await desk.reportFault(made.id, 'unauthorized', 'an older token');
  expect(await state()).toEqual(['connected', null, true]);
  await desk.reportFault(uuidv7(), 'timeout', null);
  await desk.reportListing(uuidv7(), listingOf('a'));
  expect(await desk.connections()).toHaveLength(1);

  servers.set(url, listingOf('a', 'b'), 'second token');
  vi.setSystemTime(AT + 60_000);
  expect(good(await desk.checkConnection(made.id))).toMatchObject({
    status: 'needs_reconnect',
    checkedAt: new Date(AT + 60_000).toISOString(),
  });
  // A token that the server refuses changes nothing at all.
  const wrong = await desk.updateConnection(made.id, { name: 'y', token: 'third' }, device);
  expect(wrong).toEqual({ ok: false, code: 'connection_failed', detail: 'unauthorized' });
  expect((await desk.connections())[0]?.name).toBe('x');
  const mended = good(await desk.updateConnection(made.id, { name: 'y', token: 'second token' }, device));
  expect(mended).toMatchObject({ name: 'y', slug: 'x', status: 'connected', problem: null });
  expect(mended.tools).toHaveLength(2);
  expect(await actions(id)).toEqual([
    ['connection_token_changed', 'x'],
    ['connection_added', 'x'],
  ]);
  expect(await desk.checkConnection(uuidv7())).toMatchObject({ code: 'not_found' });
});

it('takes with a connection all that was said of it, while a question to its server is under way as well', async () => {
  const { id, desk } = await newUser();
  servers.set(url, listingOf('a'));
  const made = good(await desk.createConnection({ url, name: 'x' }, device));
  const key = `${made.id}/a`;
  await desk.updateTools({ settings: { [key]: 'off', recall: 'off' } }, device);
  const rule: NewRule = {
    id: uuidv7(),
    toolKey: key,
    title: 'Always',
    matches: [],
    perDay: 1,
    until: new Date(Date.now() + 60_000).toISOString(),
    tainted: false,
  };
  await desk.addRule(rule);
  await desk.addRule({ ...rule, id: uuidv7(), toolKey: 'recall' });
  servers.meanwhile(async () => {
    expect(await user(env, id).removeConnection(made.id, device)).toBe(true);
  });
  expect(await desk.checkConnection(made.id)).toMatchObject({ ok: false, code: 'not_found' });
  expect(await desk.connections()).toEqual([]);
  expect(await desk.kit()).toMatchObject({ settings: { recall: 'off' }, connections: [] });
  expect((await desk.rules()).map(({ toolKey }) => toolKey)).toEqual(['recall']);
  expect(await desk.spendRule(rule.id, uuidv7())).toBe(false);
  expect(await desk.removeConnection(made.id, device)).toBe(false);
  expect((await actions(id))[0]).toEqual(['connection_removed', 'x']);
  const left = await runInDurableObject(desk, (_instance, { storage }) =>
    storage.sql.exec('SELECT 1 FROM tools').toArray(),
  );
  expect(left).toEqual([]);
});

it('connects a server once, however many ask at the same time, and fifty at most', async () => {
  const { desk } = await newUser();
  servers.set(url, listingOf('a'));
  const many = await Promise.all([1, 2, 3].map(() => desk.createConnection({ url, name: 'x' }, device)));
  expect(many.filter(({ ok }) => ok)).toHaveLength(1);
  expect(many.filter((each) => !each.ok && each.code === 'connection_exists')).toHaveLength(2);
  const urls = Array.from({ length: 52 }, (_, number) => `${url}/${number}`);
  for (const each of urls) servers.set(each, listingOf('a'));
  const more = await Promise.all(urls.map((each) => desk.createConnection({ url: each, name: 'x' }, device)));
  expect(more.filter(({ ok }) => ok)).toHaveLength(49);
  expect(more.filter((each) => !each.ok && each.code === 'limit_reached')).toHaveLength(3);
  const slugs = (await desk.connections()).map(({ slug }) => slug);
  expect(new Set(slugs).size).toBe(50);
});

it('has made-up mail and photos from the start where there are some, until they are not wanted', async () => {
  const { id, desk } = await newUser();
  expect(await desk.connections()).toEqual([]);
  setDemo(DEMO);
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(AT);
  // They are not there yet; they are asked again a while later and not with every look.
  expect((await desk.kit())?.connections).toEqual([]);
  expect(await desk.connections()).toEqual([]);
  expect(servers.asked).toHaveLength(2);
  servers.set(`${DEMO}/s/${id}/mail/mcp`, listingOf('search_mail', 'send_mail'));
  servers.set(`${DEMO}/s/${id}/photos/mcp`, listingOf('search_photos'));
  vi.setSystemTime(AT + 61_000);
  const [one, other] = await Promise.all([desk.kit(), desk.connections()]);
  expect(one?.connections.map(({ slug }) => slug)).toEqual(['demo-mail', 'demo-photos']);
  const [mail, photos] = other;
  expect(mail).toMatchObject({
    slug: 'demo-mail',
    name: 'Demo mail',
    demo: true,
    vetted: true,
    auth: 'none',
  });
  expect(mail && summary(mail)).toEqual([
    ['demo-mail__search_mail', 'read', 'reviewed', 'allow'],
    ['demo-mail__send_mail', 'send', 'reviewed', 'ask'],
  ]);
  // Nobody did this, so it is no line of the activity log.
  expect(await actions(id)).toEqual([]);

  expect(await desk.removeConnection(photos?.id ?? '', device)).toBe(true);
  expect((await desk.kit())?.connections.map(({ slug }) => slug)).toEqual(['demo-mail']);
  const catalog = async () =>
    (await desk.connectionCatalog()).map(({ slug, connected }) => [slug, connected !== null]);
  expect(await catalog()).toEqual([
    ['demo-mail', true],
    ['demo-photos', false],
    ['github', false],
  ]);
  good(await desk.createConnection({ slug: 'demo-photos' }, device));
  expect((await desk.connections()).map(({ slug }) => slug)).toEqual(['demo-mail', 'demo-photos']);
  // Where the tools are gone, or are elsewhere now, nobody vouches for what is left of them.
  for (const elsewhere of ['', 'http://localhost:1']) {
    setDemo(elsewhere);
    const left = (await desk.connections()).map(({ vetted, demo }) => [vetted, demo]);
    expect(left).toEqual([
      [false, false],
      [false, false],
    ]);
  }
});

it('adds nothing to an account that ends meanwhile', async () => {
  const { id, desk } = await newUser();
  servers.set(url, listingOf('a'));
  servers.meanwhile(async () => {
    await user(env, id).deleteAccount(null, uuidv7());
  });
  expect(await desk.createConnection({ url }, device)).toEqual({ ok: false, code: 'not_found' });
  expect(await desk.connections()).toEqual([]);
});
