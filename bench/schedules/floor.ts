/**
 * The bare Durable Object, under the same workerd: one alarm an object, and a row written for each due time when it rings.
 * As little as anything durable on this platform can do.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod/mini';
import { freePort } from '#dev/start/ports.ts';
import type { Start } from './figures.ts';
import { capMs, type How, type Load } from './loads.ts';

const { default: workerd }: { default: string } = createRequire(import.meta.url)('workerd');
const Starts = z.array(z.object({ id: z.number(), at: z.number() }));

const script = `
  import { DurableObject } from 'cloudflare:workers';
  export class Bare extends DurableObject {
    schedule(first, each, at) {
      const { sql } = this.ctx.storage;
      sql.exec('CREATE TABLE due (id INTEGER PRIMARY KEY, started INTEGER)');
      for (let n = 0; n < each; n += 1) sql.exec('INSERT INTO due (id) VALUES (?)', first + n);
      return this.ctx.storage.setAlarm(at);
    }
    alarm() {
      this.ctx.storage.sql.exec('UPDATE due SET started = ? WHERE started IS NULL', Date.now());
    }
    starts() {
      return this.ctx.storage.sql.exec('SELECT id, started AS at FROM due WHERE started IS NOT NULL').toArray();
    }
  }
  export default {
    async fetch(request, env) {
      if (request.method === 'GET') return new Response('up');
      const { act, objects } = await request.json();
      const done = await Promise.all(objects.map(({ name, first, each, at }) => {
        const object = env.BARE.getByName(name);
        return act === 'schedule' ? object.schedule(first, each, at) : object.starts();
      }));
      return Response.json(act === 'schedule' ? [] : done.flat());
    }
  }`;

const configFor = (port: number, folder: string): string => `
  using Workerd = import "/workerd/workerd.capnp";
  const config :Workerd.Config = (
    services = [
      (name = "main", worker = .bare),
      (name = "disk", disk = (path = ${JSON.stringify(folder)}, writable = true))
    ],
    sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]
  );
  const bare :Workerd.Worker = (
    modules = [(name = "bare", esModule = ${JSON.stringify(script)})],
    compatibilityDate = "2026-10-12",
    durableObjectNamespaces = [(className = "Bare", uniqueKey = "bare", enableSql = true)],
    durableObjectStorage = (localDisk = "disk"),
    bindings = [(name = "BARE", durableObjectNamespace = "Bare")]
  );`;

const AT_ONCE = 100;

/** A process of it, once it answers. */
async function startBare(config: string, address: string): Promise<{ kill: () => Promise<void> }> {
  const child = spawn(workerd, ['serve', config], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  for (let tries = 100; !(await fetch(address).catch(() => null))?.ok; tries -= 1) {
    if (tries === 0) {
      await kill();
      throw new Error('The bare object did not start.');
    }
    await delay(50);
  }
  return { kill };
}

export async function runFloor(
  load: Load,
  { sameProcess }: How,
): Promise<{ due: number[]; starts: Start[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  mkdirSync(join(folder, 'objects'));
  const port = await freePort();
  const config = join(folder, 'bare.capnp');
  writeFileSync(config, configFor(port, join(folder, 'objects')));
  const address = `http://127.0.0.1:${port}/`;
  let bare = await startBare(config, address);
  try {
    const base = Date.now() + 15_000 + load.offsets.length;
    const due = load.offsets.map((offset) => base + offset);
    const objects = Array.from({ length: load.objects }, (_each, at) => ({
      name: `bare-${at}`,
      first: at * load.each,
      each: load.each,
      at: due[at * load.each] ?? base,
    }));
    const ask = async (act: 'schedule' | 'starts', of = objects): Promise<Start[]> => {
      const all: Start[] = [];
      for (let at = 0; at < of.length; at += AT_ONCE) {
        const body = JSON.stringify({ act, objects: of.slice(at, at + AT_ONCE) });
        const response = await fetch(address, { method: 'POST', body });
        all.push(...Starts.parse(await response.json()));
      }
      return all;
    };
    await ask('schedule');
    if (!sameProcess) {
      // As ours: what comes due was scheduled in another life of the process.
      await bare.kill();
      bare = await startBare(config, address);
      // Ours has worked before its first due time, as it opens its objects ahead; this one must not be cold either.
      const at = Date.now() + 1_000;
      await ask(
        'schedule',
        Array.from({ length: 200 }, (_each, id) => ({ name: `warm-${id}`, first: id, each: 1, at })),
      );
      await delay(2_000);
    }
    if (Date.now() > base) throw new Error('The schedules were not made in time.');
    const last = Math.max(...due);
    await delay(last - Date.now() + 2_000);
    let starts = await ask('starts');
    while (starts.length < due.length && Date.now() < last + capMs) {
      await delay(1_000);
      starts = await ask('starts');
    }
    return { due, starts };
  } finally {
    await bare.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
