/** The stand-in as a process of its own, over HTTP. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';

let child: ChildProcess;
let port: number;
let client: Anthropic;

beforeAll(async () => {
  const script = fileURLToPath(new URL('./serve.ts', import.meta.url));
  child = spawn(process.execPath, [script, '--port', '0', '--first-token-ms', '0', '--token-ms', '0'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line]: unknown[] = await once(createInterface({ input: child.stdout ?? process.stdin }), 'line');
  const ready: { port: number } = JSON.parse(String(line));
  port = ready.port;
  client = new Anthropic({
    apiKey: 'k',
    authToken: null,
    baseURL: `http://127.0.0.1:${port}`,
    maxRetries: 0,
    logLevel: 'off',
  });
});
afterAll(() => child.kill());

const ask = (content: string): Anthropic.MessageStreamParams => ({
  model: 'claude-sonnet-5-5',
  max_tokens: 1000,
  messages: [{ role: 'user', content }],
});

async function control(action: object): Promise<{ ok: boolean; state: { held: number[] } }> {
  const response = await fetch(`http://127.0.0.1:${port}/__control`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(action),
  });
  return JSON.parse(await response.text());
}

async function lastEntry(): Promise<unknown> {
  const journal: { entries: unknown[] } = JSON.parse(
    await (await fetch(`http://127.0.0.1:${port}/__journal`)).text(),
  );
  return journal.entries.at(-1);
}

test('streams delta by delta: what was made arrives before the rest exists', async () => {
  await control({ action: 'hold', deltas: 2 });
  const stream = client.messages.stream(ask('hi'));
  let text = '';
  const second = new Promise<void>((resolve) => {
    stream.on('text', (piece) => {
      text += piece;
      if (text === 'Hello.') resolve();
    });
  });
  await second;
  expect(await lastEntry()).toMatchObject({ outcome: 'running' });
  await control({ action: 'await', held: 1 });
  await control({ action: 'release' });
  expect((await stream.finalMessage()).stop_reason).toBe('end_turn');
});

test('stops generating when the client hangs up, and writes that down', async () => {
  await control({ action: 'reset' });
  const stream = client.messages.stream(ask('[scenario: silence deltas=1] hi'));
  await new Promise<void>((resolve) => void stream.on('text', () => resolve()));
  stream.abort();
  await expect(stream.finalMessage()).rejects.toThrow(/abort/i);
  expect(await control({ action: 'await', finished: 1 })).toMatchObject({ ok: true });
  expect(await lastEntry()).toMatchObject({ outcome: 'aborted', deltas: 1 });
});

test.each(['reset', 'end'])('cut over HTTP (%s) is an error for the client', async (how) => {
  const stream = client.messages.stream(ask(`[scenario: cut byte=700 how=${how}] hi`));
  await expect(stream.finalMessage()).rejects.toThrow(Anthropic.AnthropicError);
  expect(await lastEntry()).toMatchObject({ outcome: 'cut', bytes: 700 });
});

test('shows its page, and nothing to a request that was addressed to another host', async () => {
  const page = await fetch(`http://127.0.0.1:${port}/`);
  expect(page.headers.get('x-stand-in')).toContain('not Claude');
  expect(await page.text()).toContain('Stand-in for the Claude API');
  const foreign = await new Promise<number | undefined>((resolve) => {
    get({ port, host: '127.0.0.1', path: '/__journal', headers: { host: 'evil.example' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
  });
  expect(foreign).toBe(421);
});

test('a connection that is not used stays open: nobody is told a time after which it ends', async () => {
  const agent = new Agent({ keepAlive: true });
  const [response] = await once(get({ port, path: '/__journal', agent }), 'response');
  response.resume();
  expect(response.headers).toMatchObject({ connection: 'keep-alive' });
  expect(response.headers).not.toHaveProperty('keep-alive');
  agent.destroy();
});

test('ends when its standard input ends', async () => {
  const exited = once(child, 'exit');
  child.stdin?.end();
  expect((await exited)[0]).toBe(0);
});
