/**
 * What the bytes alone cost the runtime: a Worker that fetches them, reads them as JSON and does nothing with them, under
 * the same workerd.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '#dev/start/ports.ts';

/** The package has no types: it exports where its program is. */
const { default: workerd }: { default: string } = createRequire(import.meta.url)('workerd');

const scriptFor = (source: string): string => `
  export default {
    async fetch(request) {
      if (new URL(request.url).pathname === '/up') return new Response('up');
      const { text } = await (await fetch('${source}')).json();
      return new Response(String(text.length));
    }
  }`;

const configFor = (port: number, script: string): string => `
  using Workerd = import "/workerd/workerd.capnp";
  const config :Workerd.Config = (
    services = [
      (name = "main", worker = .floor),
      (name = "internet", network = (allow = ["public", "private"]))
    ],
    sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]
  );
  const floor :Workerd.Worker = (
    modules = [(name = "floor", esModule = ${JSON.stringify(script)})],
    compatibilityDate = "2026-10-12"
  );`;

export interface Floor {
  pids: number[];
  /** Has it fetch and read the bytes once. */
  use(): Promise<void>;
  stop(): Promise<void>;
}

/** @param folder where its configuration is written */
export async function startFloor(folder: string, bytes: number): Promise<Floor> {
  const body = JSON.stringify({ text: 'a'.repeat(bytes) });
  const source = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(body);
  });
  source.listen(0, '127.0.0.1');
  await once(source, 'listening');
  const { port: sourcePort } = source.address() as AddressInfo;
  const port = await freePort();
  const config = join(folder, 'floor.capnp');
  writeFileSync(config, configFor(port, scriptFor(`http://127.0.0.1:${sourcePort}/`)));
  const child = spawn(workerd, ['serve', config], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const ask = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  for (let tries = 100; (await ask('/up').catch(() => '')) !== 'up'; tries -= 1) {
    if (tries === 0) throw new Error('The Worker that does nothing did not start.');
    await delay(50);
  }
  return {
    pids: [child.pid ?? 0],
    async use() {
      const length = await ask('/');
      if (Number(length) !== bytes) throw new Error(`The Worker that does nothing read ${length}.`);
    },
    async stop() {
      child.kill('SIGKILL');
      await ended;
      source.close();
      source.closeAllConnections();
    },
  };
}
