/** The stand-in as a process of its own, over HTTP. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('says its port, names the address it is reached at, and ends when its standard input ends', async () => {
  const script = fileURLToPath(new URL('./serve.ts', import.meta.url));
  const child = spawn(process.execPath, [script, '--port', '0', '--origins', 'http://localhost:8787'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  try {
    const [line]: unknown[] = await once(createInterface({ input: child.stdout }), 'line');
    const { port }: { port: number } = JSON.parse(String(line));
    const home = await fetch(`http://127.0.0.1:${port}/`);
    expect(await home.text()).toContain('Stand-in for Google');
    const keys = await fetch(`http://localhost:${port}/oauth2/v3/certs`);
    expect(keys.headers.get('cache-control')).toMatch(/^public, max-age=\d+/);
    expect(await keys.json()).toMatchObject({ keys: [{ kty: 'RSA', alg: 'RS256', use: 'sig' }] });
  } finally {
    child.stdin.end();
  }
  expect((await exited)[0]).toBe(0);
});
