import { expect, it } from 'vitest';
import type { Tool, ToolSetting } from '#shared/protocol/connection.ts';
import type { Risk } from '#shared/protocol/question.ts';
import { builtins } from './builtins/index.ts';
import { definitionText } from './definition-text.ts';
import type { McpAnnotations, McpTool } from './mcp.ts';
import { builtinVerdict, changeOf, keyArgumentOf, riskOf, slugOf, standingVerdict } from './review.ts';
import { vettedServers } from './servers.ts';

const tool = (name: string, annotations: McpAnnotations = {}, more: Partial<McpTool> = {}): McpTool => ({
  name,
  title: null,
  description: 'Does it.',
  inputSchema: { type: 'object', properties: {} },
  outputSchema: null,
  annotations,
  ...more,
});

const [mail] = vettedServers('http://localhost:8795', 'x');
if (mail === undefined) throw new Error('There is no demo mail');

it('takes the catalog\u2019s word for vetted servers, whatever their hints say', () => {
  const rows: ReadonlyArray<[string, McpAnnotations, Risk]> = [
    ['search_mail', {}, 'read'],
    ['search_mail', { destructiveHint: true }, 'read'],
    ['send_mail', { readOnlyHint: true }, 'send'],
    ['read_everything', { readOnlyHint: true }, 'write'],
    ['constructor', { readOnlyHint: true }, 'write'],
  ];
  for (const [name, hints, risk] of rows)
    expect([name, riskOf(tool(name, hints), mail)]).toEqual([name, risk]);
});

it('lets hints of other servers raise a risk and never lower it', () => {
  const rows: ReadonlyArray<[string, McpAnnotations, Risk]> = [
    ['search', {}, 'write'],
    ['search', { readOnlyHint: true }, 'write'],
    ['search', { readOnlyHint: true, destructiveHint: false, openWorldHint: false }, 'write'],
    ['search', { openWorldHint: true }, 'write'],
    ['send_mail', {}, 'write'],
    ['send_mail', { openWorldHint: true }, 'send'],
    ['PostMessage', { openWorldHint: true, readOnlyHint: true }, 'send'],
    ['invite', { openWorldHint: true }, 'send'],
    ['drop_table', { destructiveHint: true }, 'destroy'],
    ['send_mail', { openWorldHint: true, destructiveHint: true }, 'destroy'],
    ['search_mail', { destructiveHint: true, readOnlyHint: true }, 'destroy'],
  ];
  for (const [name, hints, risk] of rows)
    expect([name, hints, riskOf(tool(name, hints), null)]).toEqual([name, hints, risk]);
});

it('finds the argument that takes an idempotency key, if it is text', () => {
  const rows: ReadonlyArray<[unknown, string | null]> = [
    [{ idempotency_key: { type: 'string' } }, 'idempotency_key'],
    [{ to: { type: 'string' }, idempotencyKey: { type: 'string', maxLength: 64 } }, 'idempotencyKey'],
    [{ idempotency_key: { type: 'number' } }, null],
    [{ idempotency_key: true }, null],
    [{ key: { type: 'string' } }, null],
    [{ my_idempotency_key: { type: 'string' } }, null],
    [undefined, null],
    [null, null],
    ['idempotency_key', null],
  ];
  for (const [properties, argument] of rows)
    expect(keyArgumentOf(tool('x', {}, { inputSchema: { type: 'object', properties } }))).toBe(argument);
});

it('says what becomes of a call when nothing from outside is about', () => {
  const rows: ReadonlyArray<[ToolSetting, Risk, boolean, Tool['review'], Tool['verdict']]> = [
    ['default', 'read', true, 'reviewed', 'allow'],
    ['default', 'store', true, 'reviewed', 'allow'],
    ['default', 'write', true, 'reviewed', 'ask'],
    ['default', 'send', true, 'reviewed', 'ask'],
    ['default', 'destroy', true, 'reviewed', 'ask'],
    ['default', 'write', false, 'new', 'ask'],
    ['ask', 'read', true, 'reviewed', 'ask'],
    ['auto', 'send', true, 'reviewed', 'allow'],
    ['auto', 'write', false, 'reviewed', 'allow'],
    // Running by itself what nobody has read is not offered.
    ['auto', 'write', false, 'new', 'ask'],
    ['off', 'read', true, 'reviewed', 'deny'],
    ['auto', 'read', true, 'changed', 'deny'],
    ['auto', 'read', true, 'gone', 'deny'],
  ];
  for (const [setting, risk, trusted, review, verdict] of rows)
    expect([setting, risk, trusted, review, standingVerdict(setting, risk, trusted, review)]).toEqual([
      setting,
      risk,
      trusted,
      review,
      verdict,
    ]);
});

it('says of each built-in what the policy does', () => {
  const verdicts = Object.fromEntries(
    builtins.map((spec) => {
      const risk = spec.risk(spec.name === 'http_request' ? { method: 'POST' } : {});
      return [spec.name, builtinVerdict(spec, risk, 'default')];
    }),
  );
  expect(verdicts).toMatchObject({
    get_current_time: 'allow',
    recall: 'allow',
    // They change only what is the user's own here, and ask where outside content may have put them up to it.
    remember: 'allow',
    archive_conversation: 'allow',
    write_file: 'allow',
    http_request: 'ask',
  });
  const [first] = builtins;
  if (first === undefined) throw new Error('There are no built-ins');
  expect(builtinVerdict(first, 'read', 'off')).toBe('deny');
  expect(builtinVerdict(first, 'read', 'ask')).toBe('ask');
  expect(builtinVerdict(first, 'send', 'auto')).toBe('allow');
});

it('shows what is different, laid out, and nothing else', () => {
  const before = tool('x', { readOnlyHint: true }, { inputSchema: { type: 'object', b: 1, a: 2 } });
  expect(changeOf(before, { ...before, inputSchema: { a: 2, b: 1, type: 'object' } })).toEqual({
    description: null,
    inputSchema: null,
    other: [],
  });
  const after = tool('x', {}, { description: 'Does more.', inputSchema: { type: 'object' } });
  expect(changeOf(before, { ...after, outputSchema: { type: 'string' } })).toEqual({
    description: { before: 'Does it.', after: 'Does more.' },
    inputSchema: {
      before: '{\n  "a": 2,\n  "b": 1,\n  "type": "object"\n}',
      after: '{\n  "type": "object"\n}',
    },
    other: [
      { what: 'annotations', before: '{\n  "readOnlyHint": true\n}', after: '{}' },
      { what: 'outputSchema', before: 'null', after: '{\n  "type": "string"\n}' },
    ],
  });
});

it('sees a change in all that the model or the policy goes by, and in nothing else', () => {
  const base = tool('x', { readOnlyHint: true });
  const same = [
    { ...base, inputSchema: { properties: {}, type: 'object' } },
    { ...base, title: base.title },
  ];
  for (const other of same) expect(definitionText(other)).toBe(definitionText(base));
  const different = [
    { ...base, name: 'y' },
    { ...base, title: 'Another title' },
    { ...base, description: 'Does it!' },
    { ...base, inputSchema: { type: 'object', properties: { a: {} } } },
    { ...base, outputSchema: {} },
    { ...base, annotations: {} },
  ];
  expect(new Set([base, ...different].map(definitionText)).size).toBe(different.length + 1);
});

it('makes slugs that fit in names of tools, and no two alike', () => {
  const rows: ReadonlyArray<[string, string]> = [
    ['My Server', 'my-server'],
    ['Gr\u00fc\u00dfe & Co.', 'gru-e-co'],
    ['__x__', 'x'],
    ['\u6771\u4eac', 'server'],
    ['', 'server'],
    ['--', 'server'],
    ['a'.repeat(100), 'a'.repeat(36)],
    ['Claude', 'claude-2'],
    ['Demo mail', 'demo-mail-2'],
  ];
  const reserved = new Set(['claude', 'demo-mail']);
  for (const [name, slug] of rows) expect([name, slugOf(name, reserved)]).toEqual([name, slug]);
  const taken = new Set<string>();
  for (let count = 0; count < 120; count += 1) {
    const slug = slugOf('a'.repeat(60), taken);
    expect(slug).toMatch(/^[a-z0-9_-]{1,40}$/);
    expect(taken.has(slug)).toBe(false);
    taken.add(slug);
  }
});
