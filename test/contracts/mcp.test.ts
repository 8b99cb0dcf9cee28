/**
 * The MCP client against the official server that shows everything the protocol has (of the era with sessions): each of
 * its tools is called, and works or is cleanly refused. A tool that a new version brings is missing here and fails.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectMcp } from '#shared/adapters/mcp/session.ts';
import type { McpOutcome, McpProgress, McpSession } from '#shared/core/tools/mcp.ts';
import { here } from './mcp-servers.ts';

const program = fileURLToPath(import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js'));

let server: ChildProcess;
let session: McpSession;

async function freePort(): Promise<number> {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const address = holder.address();
  holder.close();
  await once(holder, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

beforeAll(async () => {
  const port = await freePort();
  // Without the environment: one of its tools shows that.
  const clean = ['-i', `PORT=${port}`, process.execPath, program, 'streamableHttp'];
  server = spawn('env', clean, { stdio: ['ignore', 'ignore', 'pipe'] });
  await once(server.stderr ?? server, 'data'); // it is listening, it says
  session = connectMcp({ url: `http://127.0.0.1:${port}/mcp`, token: null }, here);
});
afterAll(async () => {
  await session.close();
  server.kill();
  await once(server, 'exit');
});

const never = new AbortController().signal;

async function call(name: string, args: Record<string, unknown> = {}) {
  const progress: McpProgress[] = [];
  const outcome = await session.call({
    name,
    args,
    timeoutMs: 5_000,
    signal: never,
    onProgress: (step) => progress.push(step),
  });
  return { outcome, progress };
}

/** Calls, and goes on with these answers when the server asks; what came of it. */
async function answering(name: string, args: Record<string, unknown>, content: Record<string, string>) {
  const { outcome } = await call(name, args);
  if (!outcome.ok || outcome.type !== 'input_required') throw new Error(JSON.stringify(outcome));
  const answers = Object.fromEntries(
    outcome.requests.map(({ key }) => [key, { action: 'accept' as const, content }]),
  );
  const resume = { state: outcome.state, answers };
  const request = { name, args, timeoutMs: 5_000, signal: never, onProgress: () => {}, resume };
  return { asked: outcome.requests, outcome: await session.call(request) };
}

const done = (...content: unknown[]) => ({ ok: true, type: 'done', isError: false, content });
const text = (pattern: RegExp) => ({ type: 'text', text: expect.stringMatching(pattern) });
const image = { type: 'image', mimeType: 'image/png', data: expect.stringMatching(/^iVBOR/) };

/** By tool: arguments and what comes of it. */
const plain: Record<string, Array<[Record<string, unknown>, object]>> = {
  echo: [
    [{ message: 'hello' }, done(text(/^Echo: hello$/))],
    [{}, { ok: true, isError: true, content: [text(/Invalid arguments/)] }],
  ],
  'get-annotated-message': [[{ messageType: 'error', includeImage: true }, done(text(/Error/), image)]],
  'get-env': [[{}, done(text(/"PORT"/))]],
  'get-resource-links': [
    [
      { count: 2 },
      done(
        text(/2 resource links/),
        { type: 'link', uri: expect.stringMatching(/^demo:/), mimeType: 'text/plain' },
        { type: 'link' },
      ),
    ],
  ],
  'get-resource-reference': [
    [
      { resourceType: 'Text', resourceId: 1 },
      done(text(/Resource 1/), { type: 'resource', text: expect.stringMatching(/plaintext/) }, text(/URI/)),
    ],
    [
      { resourceType: 'Blob', resourceId: 1 },
      done(text(/Resource 1/), { type: 'blob', data: expect.stringMatching(/^[\w+/]+=*$/) }, text(/URI/)),
    ],
  ],
  'get-structured-content': [
    [
      { location: 'Chicago' },
      {
        ...done(text(/humidity/)),
        structured: { conditions: expect.any(String), humidity: expect.any(Number) },
      },
    ],
  ],
  'get-sum': [[{ a: 2, b: 3 }, done(text(/\b5\b/))]],
  'get-tiny-image': [[{}, done(text(/image/), image, text(/image/))]],
  'gzip-file-as-resource': [
    [
      { name: 'a.gz', data: 'data:text/plain,hello', outputType: 'resource' },
      done({ type: 'blob', mimeType: 'application/gzip', data: expect.stringMatching(/^H4sI/) }),
    ],
  ],
  'toggle-simulated-logging': [
    [{}, done(text(/^Started/))],
    [{}, done(text(/^Stopped/))],
  ],
  'toggle-subscriber-updates': [
    [{}, done(text(/^Started/))],
    [{}, done(text(/^Stopped/))],
  ],
  // It wants to be run as a task, which this client does not do.
  'simulate-research-query': [
    [{ topic: 'tea' }, { ok: true, isError: true, content: [text(/requires task augmentation/)] }],
  ],
};
const others = ['trigger-elicitation-request', 'trigger-long-running-operation', 'trigger-url-elicitation'];

it('lists every tool, and none that needs what this app does not do', async () => {
  const listing = await session.list(never);
  expect(listing).toMatchObject({
    ok: true,
    server: { name: 'mcp-servers/everything' },
    protocolVersion: '2025-11-25',
    left: [],
  });
  const names = listing.ok ? listing.tools.map(({ name }) => name).toSorted() : [];
  expect(names).toEqual([...Object.keys(plain), ...others].toSorted());
});

it.each(Object.entries(plain))('%s works, or is cleanly refused', async (name, cases) => {
  for (const [args, expected] of cases) {
    const { outcome } = await call(name, args);
    expect(outcome).toMatchObject(expected);
  }
});

it('trigger-long-running-operation tells of its steps', async () => {
  const { outcome, progress } = await call('trigger-long-running-operation', { duration: 0.1, steps: 2 });
  expect(outcome).toMatchObject(done(text(/completed/)));
  expect(progress).toEqual([
    { progress: 1, total: 2, message: null },
    { progress: 2, total: 2, message: null },
  ]);
});

it('trigger-elicitation-request asks the person, and is told', async () => {
  const { asked, outcome } = await answering('trigger-elicitation-request', {}, { name: 'Ada' });
  expect(asked).toMatchObject([
    { mode: 'form', message: expect.stringMatching(/fields/), schema: { required: ['name'] }, url: null },
  ]);
  expect(outcome).toMatchObject({ isError: false });
  expect(JSON.stringify(outcome)).toMatch(/provided.*Name: Ada/);
});

it('trigger-url-elicitation sends the person to a page, in both of its ways', async () => {
  const url = 'https://example.com/page';
  const elicitationId = 'one';
  const { asked, outcome } = await answering('trigger-url-elicitation', { url, elicitationId }, {});
  expect(asked).toMatchObject([{ mode: 'url', url, schema: null }]);
  expect(JSON.stringify(outcome)).toMatch(/User completed/);
  const refused = await answering('trigger-url-elicitation', { url, elicitationId, errorPath: true }, {});
  expect(refused.asked).toMatchObject([{ mode: 'url', url: 'https://modelcontextprotocol.io/' }]);
  // It asks for the page itself then, which nobody has answered yet.
  const after: McpOutcome = refused.outcome;
  expect(after).toMatchObject({ type: 'input_required', requests: [{ key: 'q2', url }] });
});

it('an unknown tool is refused', async () => {
  const { outcome } = await call('no-such-tool');
  expect(outcome).toMatchObject({ ok: true, isError: true, content: [text(/not found/)] });
});
