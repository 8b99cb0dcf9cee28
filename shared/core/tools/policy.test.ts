import { describe, expect, it } from 'vitest';
import type { CatalogTool } from './catalog.ts';
import type { Kit, KitTool } from './kit.ts';
import { type Judged, judge } from './policy.ts';
import { isTight, ruleFor } from './rules.ts';

const now = Date.parse('2026-11-24T08:00:00Z');
const connectionId = '00000000-0000-7000-8000-000000000001';
const kitTool = (more: Partial<KitTool> = {}): KitTool => ({
  key: `${connectionId}/send`,
  name: 'send',
  title: 'Send',
  description: '',
  inputSchema: { type: 'object' },
  risk: 'send',
  setting: 'default',
  review: 'reviewed',
  hash: 'h1',
  keyArgument: null,
  repeatable: false,
  ...more,
});
const kit = (tool: Partial<KitTool> = {}, more: Partial<Kit> = {}, vetted = false): Kit => ({
  timezone: 'UTC',
  settings: {},
  rules: [],
  connections: [
    {
      id: connectionId,
      slug: 'x',
      name: 'X',
      url: 'https://x.example/mcp',
      sealed: null,
      vetted,
      usable: true,
      problem: null,
      tools: [kitTool(tool)],
    },
  ],
  ...more,
});
const tool = (more: Partial<CatalogTool> = {}): CatalogTool => ({
  name: 'x__send',
  key: `${connectionId}/send`,
  title: 'Send',
  description: '',
  inputSchema: {},
  from: { connectionId, name: 'X' },
  remote: 'send',
  vetted: false,
  risk: 'send',
  hash: 'h1',
  keyArgument: null,
  repeatable: false,
  unreviewed: false,
  ...more,
});
const builtin = (name: string): CatalogTool =>
  tool({ name, key: name, from: null, remote: null, vetted: true, hash: '' });
const verdict = (more: Partial<Judged>) => {
  const judged = judge({
    tool: tool(),
    input: { to: 'a@b.example' },
    risk: 'send',
    reachesOut: false,
    kit: kit(),
    tainted: false,
    unknownBefore: false,
    now,
    ...more,
  });
  if (judged.type === 'ask') return `ask:${judged.reason}`;
  return judged.type === 'allow' ? `allow:${judged.by.type}` : judged.type;
};

describe('the verdict on a call', () => {
  it('asks for everything that writes, unless the user said otherwise and nothing from outside is about', () => {
    expect(verdict({})).toBe('ask:writes');
    expect(verdict({ kit: kit({ setting: 'auto' }) })).toBe('allow:setting');
    expect(verdict({ kit: kit({ setting: 'auto' }), tainted: true })).toBe('ask:tainted');
    expect(verdict({ kit: kit({ setting: 'auto', review: 'new' }) })).toBe('ask:unreviewed');
    expect(verdict({ kit: kit({ setting: 'auto' }), unknownBefore: true })).toBe('ask:unknown_before');
    expect(verdict({ kit: kit({ setting: 'ask' }), risk: 'read' })).toBe('ask:setting');
  });

  it('lets reads of vetted servers run, and of no others', () => {
    const vetted = tool({ vetted: true, risk: 'read' });
    expect(verdict({ tool: vetted, risk: 'read', tainted: true })).toBe('allow:policy');
    expect(verdict({ tool: tool({ risk: 'read' }), risk: 'read' })).toBe('ask:writes');
  });

  it('refuses what is off, changed, gone, another definition, or not connected', () => {
    expect(verdict({ kit: kit({ setting: 'off' }) })).toBe('deny');
    expect(verdict({ kit: kit({ review: 'changed' }) })).toBe('deny');
    expect(verdict({ kit: kit({ review: 'gone' }) })).toBe('deny');
    expect(verdict({ kit: kit({ hash: 'h2' }) })).toBe('deny');
    expect(verdict({ kit: { ...kit(), connections: [] } })).toBe('deny');
    const [connection] = kit().connections;
    expect(
      verdict({ kit: kit({}, { connections: connection ? [{ ...connection, usable: false }] : [] }) }),
    ).toBe('deny');
    expect(verdict({ tool: builtin('remember'), kit: kit({}, { settings: { remember: 'off' } }) })).toBe(
      'deny',
    );
  });

  it('lets a look go to an address of the person alone, once outside content is about', () => {
    const look = { tool: builtin('http_request'), risk: 'read' as const, reachesOut: true };
    expect(verdict(look)).toBe('allow:policy');
    expect(verdict({ ...look, tainted: true })).toBe('ask:tainted');
    expect(verdict({ ...look, tainted: true, reachesOut: false })).toBe('allow:policy');
  });

  it('asks before lasting memory is written after outside content', () => {
    const remember = { tool: builtin('remember'), risk: 'write' as const };
    expect(verdict(remember)).toBe('allow:policy');
    expect(verdict({ ...remember, tainted: true })).toBe('ask:tainted');
    expect(verdict({ tool: builtin('write_file'), risk: 'store', tainted: true })).toBe('allow:policy');
  });
});

describe('a standing rule', () => {
  const rule = {
    id: 'r',
    toolKey: 'mail/send',
    until: now + 1_000,
    tainted: true,
    left: 1,
    matches: [
      { path: 'to', how: 'equals' as const, value: 'rebecca@example.com' },
      { path: 'subject', how: 'template' as const, value: 'Receipt *' },
    ],
  };
  const covers = (input: Record<string, unknown>, more: Partial<typeof rule> = {}, tainted = true) =>
    ruleFor([{ ...rule, ...more }], { toolKey: 'mail/send', input, keyArgument: null, tainted }, now) !==
    null;
  const good = { to: 'rebecca@example.com', subject: 'Receipt QXJKWP' };

  it('covers what fits, and nothing beside it', () => {
    expect(covers(good)).toBe(true);
    expect(covers({ ...good, to: 'rebecca@example.com.evil.example' })).toBe(false);
    expect(covers({ ...good, to: ['rebecca@example.com'] })).toBe(false);
    expect(covers({ ...good, bcc: 'thief@example.com' })).toBe(false);
    expect(covers({ to: good.to })).toBe(false);
    expect(covers({ ...good, subject: 'receipt QXJKWP' })).toBe(false);
  });

  it('lets a hole stand for no address, link, line or long text', () => {
    for (const word of ['a@b.example', 'https://evil.example', 'x\nBcc: thief', 'y'.repeat(121)])
      expect(covers({ ...good, subject: `Receipt ${word}` })).toBe(false);
  });

  it('ends, is used up, and in a tainted turn has to have been granted for that', () => {
    expect(covers(good, { until: now })).toBe(false);
    expect(covers(good, { left: 0 })).toBe(false);
    expect(covers(good, { tainted: false })).toBe(false);
    expect(covers(good, { tainted: false }, false)).toBe(true);
    const loose = [{ path: 'to', how: 'any' as const }];
    expect(isTight({ to: 'x' }, loose, null)).toBe(false);
    expect(covers({ to: 'x' }, { matches: loose as never })).toBe(false);
  });
});
