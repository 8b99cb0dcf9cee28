import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { isOperatorToken } from '#shared/adapters/vault/operator-token.ts';
import type { ResealPage } from '#shared/adapters/vault/reseal-page.ts';

const SECRET = 'a secret of the operator, 32 characters or more';

/** An app that has these pages, and notes from where it was asked for each. */
async function appWith(pages: Record<string, ResealPage | string>) {
  const cursors: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
      const body: unknown = JSON.parse(await text(request));
      const isGood = await isOperatorToken(token, SECRET, 'vault-rotate', Date.now());
      if (!isGood || `${request.method} ${request.url}` !== 'POST /api/ops/reseal')
        return response.writeHead(404).end();
      const cursor = new Map(Object.entries(body ?? {})).get('cursor') ?? 'first';
      cursors.push(cursor);
      response.end(JSON.stringify(pages[cursor]));
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    cursors,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Runs the command as npm does; its exit code and all it printed. */
async function run(environment: Record<string, string>, ...args: string[]): Promise<[number, string]> {
  const child = spawn(process.execPath, ['dev/ops/vault-rotate.ts', ...args], {
    env: { PATH: process.env['PATH'], AUTH_SECRET: '', PUBLIC_URL: '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await once(child, 'close');
  return [Number(code), (await printed).join('')];
}

it('goes through all pages, and says whether an old key is still needed', async () => {
  const page = (resealed: number, left: number, failed: number, nextCursor: string | null): ResealPage => ({
    resealed,
    left,
    failed,
    nextCursor,
  });
  {
    await using app = await appWith({
      first: page(3, 0, 0, 'a'),
      a: page(0, 0, 0, 'b'),
      b: page(4, 0, 0, null),
    });
    const [code, printed] = await run({ AUTH_SECRET: SECRET, PUBLIC_URL: app.url });
    expect(app.cursors).toEqual(['first', 'a', 'b']);
    expect([code, printed]).toEqual([0, expect.stringContaining('7 sealed anew, 0 could not')]);
    expect(printed).toContain('Run it once more');
    expect(printed).not.toContain(SECRET);
  }
  for (const [resealed, left, failed, code, says] of [
    [0, 0, 0, 0, 'older ones may be taken out'],
    [5, 1, 0, 1, 'Keep the old keys'],
    [5, 0, 1, 1, 'Keep the old keys'],
  ] as const) {
    await using app = await appWith({ first: page(resealed, left, failed, null) });
    expect(await run({ AUTH_SECRET: SECRET }, app.url)).toEqual([code, expect.stringContaining(says)]);
  }
});

it('says what is wrong when it cannot do its work', async () => {
  await using app = await appWith({ first: 'nonsense' });
  const secret = { AUTH_SECRET: SECRET };
  expect(await run(secret, app.url)).toEqual([1, expect.stringContaining('none that this command')]);
  expect(await run({ AUTH_SECRET: 'another' }, app.url)).toEqual([1, expect.stringContaining('operator')]);
  expect(await run(secret, 'http://127.0.0.1:1')).toEqual([1, expect.stringContaining('unreachable')]);
  expect(await run(secret, 'http://app.example.com')).toEqual([2, expect.stringContaining('https address')]);
  expect(await run(secret)).toEqual([2, expect.stringContaining('PUBLIC_URL')]);
  expect(await run({ PUBLIC_URL: app.url })).toEqual([2, expect.stringContaining('AUTH_SECRET')]);
});
