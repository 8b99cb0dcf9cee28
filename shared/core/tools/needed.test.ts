import { expect, it } from 'vitest';
import { builtins } from './builtins/index.ts';
import { createSchedule, createdBy } from './builtins/schedules.ts';
import { createWebhook, hookCreatedBy } from './builtins/webhooks.ts';
import { makeCatalog } from './catalog.ts';
import type { Kit, KitConnection, KitTool } from './kit.ts';
import { neededTool } from './needed.ts';

const now = Date.parse('2026-11-24T08:00:00Z');
const tool = (name: string, more: Partial<KitTool> = {}): KitTool => ({
  key: `c/${name}`,
  name,
  title: name,
  description: '',
  inputSchema: { type: 'object' },
  risk: 'send',
  setting: 'default',
  review: 'reviewed',
  hash: 'h',
  keyArgument: null,
  repeatable: false,
  ...more,
});
const mail: KitConnection = {
  id: 'c',
  slug: 'mail',
  name: 'Mail',
  url: 'https://mail.example/mcp',
  sealed: null,
  vetted: true,
  usable: true,
  problem: null,
  tools: [tool('search', { risk: 'read' }), tool('send'), tool('note', { setting: 'auto' })],
};
const kit = (connection: Partial<KitConnection> = {}, settings: Kit['settings'] = {}): Kit => ({
  timezone: 'UTC',
  settings,
  rules: [],
  connections: [{ ...mail, ...connection }],
});
const catalog = makeCatalog(builtins, kit(), null);
const state = (name: string, of = kit(), tainted = false) => {
  const outside = tainted ? [{ name: 'read_mail', at: '2026-11-24T07:00:00.000Z' }] : [];
  return neededTool(name, { catalog, builtins, kit: of, outside: outside as never, now })?.state ?? null;
};

it('says of a tool whether it runs by itself, asks each time, or cannot be used now', () => {
  expect(state('mail__search')).toBe('runs');
  expect(state('mail__send')).toBe('asks');
  expect(state('mail__note')).toBe('runs');
  expect(state('mail__note', kit(), true)).toBe('asks');
  expect(state('mail__send', kit({ usable: false }))).toBe('reconnect');
  expect(state('mail__send', kit({ tools: [tool('send', { setting: 'off' })] }))).toBe('off');
  expect(state('mail__send', { ...kit(), connections: [] })).toBe('off');
  expect(state('write_file')).toBe('runs');
  expect(state('web_search')).toBe('runs');
  expect(state('web_search', kit({}, { web_search: 'off' }))).toBe('off');
  expect(state('mail__delete')).toBeNull();
});

it('refuses a schedule that names a tool which is not there, and shows those that are', () => {
  const need = (name: string) => neededTool(name, { catalog, builtins, kit: kit(), outside: [], now });
  const world = { now, timezone: 'UTC', need };
  const input = {
    name: 'Mail',
    instruction: 'Look',
    cron: '0 8 * * *',
    tools: ['mail__search', 'mail__gone'],
  };
  expect(createSchedule.check(input)).toBeNull();
  expect(createSchedule.checkNow?.(input, world)).toContain('"mail__gone"');
  const good = { ...input, tools: ['mail__search', 'mail__send', 'mail__send'] };
  expect(createSchedule.checkNow?.(good, world)).toBeNull();
  expect(createSchedule.preview?.(good, world)?.tools).toEqual([
    { name: 'mail__search', title: 'search', connection: 'Mail', state: 'runs' },
    { name: 'mail__send', title: 'send', connection: 'Mail', state: 'asks' },
  ]);
  expect(createSchedule.preview?.({ ...input, tools: null }, world)?.tools).toBeUndefined();
  expect(createdBy(good)).not.toHaveProperty('tools');
});

it('takes conditions of a webhook in the type that the field has', () => {
  const filter = [
    { path: 'issue.number', is: 'equals', value: 7 },
    { path: 'draft', is: 'equals', value: false },
    { path: 'level', is: 'one_of', value: ['error', 4, true] },
  ];
  const input = { name: 'Issues', instruction: 'Look', scheme: 'github', filter };
  expect(createWebhook.check(input)).toBeNull();
  expect(hookCreatedBy(input).filter).toEqual(filter);
});
