import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, expect, it, vi } from 'vitest';
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import { createApp } from './app.ts';
import { TestBrowser } from './test-browser.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('tells a whole visit in the log without an address, a password, a token or a word that was said', async () => {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(String(line)));
  const others = (['info', 'warn', 'error', 'debug'] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation(() => {}),
  );
  const said = 'Canary sings at dawn';
  const title = 'Canary title';
  const ada = new TestBrowser();
  const secrets = new Set([
    ada.email,
    ada.email.toUpperCase(),
    ada.password,
    said,
    title,
    'Canary name',
    'canary-agent',
  ]);
  const keep = () => {
    if (ada.cookie) secrets.add(ada.cookie).add(ada.cookie.slice(-43));
    if (ada.accessToken) secrets.add(ada.accessToken).add(ada.accessToken.split('.')[2] ?? '');
  };
  const headers = { 'user-agent': 'canary-agent' };

  await ada.enter('sign-up', {
    headers,
    body: { email: ada.email, password: ada.password, name: 'Canary name' },
  });
  keep();
  const stolen = ada.cookie;
  await ada.enter('sign-in', { body: { email: ada.email, password: `${said} wrong` } });
  await ada.enter('refresh');
  keep();
  const made = await ada.call('POST', '/api/conversations', { body: { title, message: { text: said } } });
  expect(made.status).toBe(201);
  await ada.call('GET', `/api/conversations?q=${encodeURIComponent(said)}`);
  await ada.call('GET', `/api/${encodeURIComponent(said)}?token=${ada.accessToken}`);
  await ada.call('POST', '/api/conversations', {
    raw: `{"text": "${said}`,
    headers: { 'content-type': 'application/json' },
  });
  const ticket = await (await ada.call('POST', '/api/me/ticket')).json<{ ticket: string }>();
  secrets.add(ticket.ticket);
  await ada.call('GET', `/api/me/events?ticket=${ticket.ticket}`, { headers: { upgrade: 'websocket' } });

  // Away, and in the hands of somebody else: the two kinds of trouble that are told.
  const app = createApp({ clock, log });
  const broken = {
    ...env,
    DATABASE_URL: `postgresql://u:${encodeURIComponent(ada.password)}@localhost:1/app`,
  };
  const fetch = (request: Request) => app.fetch(request, broken, createExecutionContext());
  expect((await ada.enter('sign-in', { fetch })).status).toBe(503);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
  await new TestBrowser().call('POST', '/api/auth/refresh', {
    headers: { cookie: `__Host-refresh=${stolen}` },
  });

  const records = lines.map((line): Record<string, unknown> => JSON.parse(line));
  for (const record of records) {
    expect(record['timestamp']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(record['level']).toMatch(/^(?:info|warn|error)$/);
    expect(record['event']).toMatch(/^[a-z_]+$/);
  }
  const events = records.map(({ event }) => event);
  for (const event of ['signed_up', 'request', 'request_failed', 'refresh_token_reused'])
    expect(events).toContain(event);
  expect(records.filter(({ event }) => event === 'request')).toHaveLength(11);
  for (const secret of secrets) expect(lines.join('\n')).not.toContain(secret);
  expect(lines.join('\n').toLowerCase()).not.toContain('canary');
  for (const other of others) expect(other).not.toHaveBeenCalled();
});
