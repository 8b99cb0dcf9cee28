/** What is taken of a server's list, and what is left out and counted. */
import type { Tool } from '@modelcontextprotocol/client';
import { expect, it } from 'vitest';
import type { McpListing } from '#shared/core/tools/mcp.ts';
import { here, result, type Rpc, serveByHand } from '#test/contracts/mcp-servers.ts';
import { connectMcp } from './session.ts';
import { readTools } from './tools.ts';

const tool = (name: string, more: object = {}): Tool => ({ name, inputSchema: { type: 'object' }, ...more });
const some = (count: number, prefix = 't') => Array.from({ length: count }, (_, i) => tool(`${prefix}${i}`));

type Page = { tools: Tool[]; nextCursor?: string };

/** Reads these pages; each leads to the next. */
async function read(pages: Tool[][]) {
  const asked: Array<string | undefined> = [];
  const page = (cursor: string | undefined): Promise<Page> => {
    asked.push(cursor);
    const at = Number(cursor ?? 0);
    const more = at + 1 < pages.length ? { nextCursor: String(at + 1) } : {};
    return Promise.resolve({ tools: pages[at] ?? [], ...more });
  };
  const { listing, definitions } = await readTools(page, () => 0);
  expect([...definitions.keys()]).toEqual(listing.tools.map(({ name }) => name));
  return { ...listing, asked, names: [...definitions.keys()] };
}

it('reads page after page, up to what anybody can use', async () => {
  const small = await read([some(2, 'a'), some(1, 'b'), []]);
  expect([small.names, small.left, small.asked]).toEqual([['a0', 'a1', 'b0'], [], [undefined, '1', '2']]);

  const many = await read([some(250, 'a'), some(7, 'b'), some(9, 'c')]);
  // One too many on the page that was read, and at least one on the page that was not.
  expect([many.tools.length, many.left, many.asked.length]).toEqual([
    256,
    [{ reason: 'too_many', count: 2 }],
    2,
  ]);
  const just = await read([some(256)]);
  expect([just.tools.length, just.left]).toEqual([256, []]);

  const endless = await read(Array.from({ length: 30 }, (_, i) => some(1, `p${i}_`)));
  expect([endless.tools.length, endless.left]).toEqual([20, [{ reason: 'too_many', count: 1 }]]);

  let asked = 0;
  const looping = () => Promise.resolve({ tools: some(1, `l${(asked += 1)}_`), nextCursor: 'same' });
  expect((await readTools(looping, () => 3)).listing.left).toEqual([{ reason: 'bad_tool', count: 3 }]);
  expect(asked).toBe(2);
});

it('leaves out what is too large, what has no proper name, and what it has already', async () => {
  const words = (bytes: number) => ({ description: 'x'.repeat(bytes) });
  const large = await read([
    [tool('a', words(66_000)), tool('b', words(60_000)), tool('c', { description: 'ü'.repeat(33_000) })],
  ]);
  expect([large.names, large.left]).toEqual([['b'], [{ reason: 'too_large', count: 2 }]]);
  const all = await read([some(20).map((each) => ({ ...each, ...words(60_000) }))]);
  expect([all.names.length, all.left]).toEqual([17, [{ reason: 'too_large', count: 3 }]]);

  const names = [
    '',
    'a b',
    'ä',
    'x'.repeat(129),
    'a\u0000',
    'x'.repeat(128),
    'A_z.9-',
    'A_z.9-',
    '__proto__',
  ];
  const named = await read([names.map((name) => tool(name))]);
  expect([named.names, named.left]).toEqual([
    ['x'.repeat(128), 'A_z.9-', '__proto__'],
    [{ reason: 'bad_tool', count: 6 }],
  ]);
});

it('shows what the model reads: nothing that cannot be seen', async () => {
  const hidden = 'Reads\u200b mail\u202e.\u{e0041}\u0007\n\tTwice.';
  const { tools } = await read([
    [
      tool('a', { description: hidden, title: ' Read\u200b \n mail ' }),
      tool('b', { annotations: { title: 'From a hint', readOnlyHint: true } }),
    ],
  ]);
  expect(tools.map(({ title, description, annotations }) => [title, description, annotations])).toEqual([
    ['Read mail', 'Reads mail.\n\tTwice.', {}],
    ['From a hint', '', { readOnlyHint: true }],
  ]);
});

/** What is listed of these items, as they come over the wire. */
async function listed(items: unknown[], more: (rpc: Rpc) => object = () => ({})): Promise<McpListing> {
  await using server = await serveByHand({
    'tools/list': (rpc) => result(rpc, { tools: items, ...more(rpc) }),
  });
  const session = connectMcp({ url: server.url, token: null }, here);
  const listing = await session.list(new AbortController().signal);
  await session.close();
  if (!listing.ok) throw new Error(listing.code);
  return listing;
}

it('takes the good ones of a list with bad ones in it', async () => {
  let deep: object = { type: 'string' };
  for (let i = 0; i < 100; i += 1) deep = { type: 'array', items: deep };
  const good = {
    name: 'good',
    inputSchema: { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object', 'x-own': [1] },
    icons: 'not even a list',
    execution: { taskSupport: 'some day' },
  };
  const bad: unknown[] = [
    null,
    'do',
    {},
    { name: 'a' },
    { name: 1, inputSchema: { type: 'object' } },
    { name: 'b', inputSchema: { type: 'string' } },
    { name: 'c', inputSchema: 'object' },
    { name: 'd', inputSchema: { type: 'object' }, description: 7 },
    { name: 'e', inputSchema: { type: 'object' }, annotations: { readOnlyHint: 'yes' } },
    { name: 'f', inputSchema: { type: 'object', properties: { deep } } },
    { name: 'g', inputSchema: { type: 'object' }, outputSchema: 'none' },
  ];
  const { tools, left, server, protocolVersion } = await listed([...bad, good]);
  expect(tools).toEqual([
    {
      name: 'good',
      title: null,
      description: '',
      inputSchema: good.inputSchema,
      outputSchema: null,
      annotations: {},
    },
  ]);
  expect(left).toEqual([{ reason: 'bad_tool', count: bad.length }]);
  expect([server, protocolVersion]).toEqual([{ name: 'by hand', version: '0' }, '2025-11-25']);
  // Only the later era has results that are no objects: the tool stays, what it promises goes.
  const odd = await listed([{ ...good, outputSchema: { type: 'array' } }]);
  expect(odd.tools.map(({ name, outputSchema }) => [name, outputSchema])).toEqual([['good', null]]);
});

it('asks a server for no tools that says it has none', async () => {
  await using server = await serveByHand({
    initialize: (rpc) =>
      result(rpc, {
        protocolVersion: '2025-03-26',
        capabilities: {},
        serverInfo: { name: 'n'.repeat(300), version: '' },
      }),
  });
  const session = connectMcp({ url: server.url, token: null }, here);
  expect(await session.list(new AbortController().signal)).toMatchObject({
    ok: true,
    server: { name: 'n'.repeat(200) },
    protocolVersion: '2025-03-26',
    tools: [],
  });
  await session.close();
  expect(server.asked()).not.toContain('POST tools/list');
});
