import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NeonDbError, neon, neonConfig } from '@neondatabase/serverless';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findProcess, isAlive } from '#dev/start/process/identity.ts';
import { waitForEnd } from '#dev/start/process/end.ts';
import type { ServerChild } from '#dev/start/process/server-child.ts';
import { makeRunFolder, type RunFolder } from '#dev/start/run-folder.ts';
import { clearLeftover, isServerOf } from './leftover.ts';
import { beginStatement, toErrorReply, toText } from './neon-values.ts';
import { neonUrl, startDatabase, type DatabaseReady } from './serve-ready.ts';
import { directUrl } from './server.ts';

type Database = ServerChild<DatabaseReady>;

let folder: RunFolder;
const running: Database[] = [];

async function start(path = folder.postgres): Promise<Database> {
  const database = await startDatabase({ folder: path, fast: true });
  running.push(database);
  return database;
}

function sqlOf(database: Database) {
  return neon(neonUrl(database.ready.port, 'app'));
}

beforeAll(() => {
  folder = makeRunFolder('postgres');
  neonConfig.fetchEndpoint = (host, port) => `http://${host}:${port}/sql`;
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((database) => database.stop()));
});
afterAll(() => folder.remove());

describe('the local database', () => {
  it('speaks Neon’s protocol to the driver of the Worker: values, errors, transactions, being away', async () => {
    const database = await start();
    expect(database.ready.isNew).toBe(true);
    const sql = sqlOf(database);
    await sql`create table t (id int primary key, at timestamptz, body jsonb, tags text[], size bigint)`;
    const at = new Date('2026-03-29T01:30:00.123Z');
    const [row] = await sql.query('insert into t values ($1, $2, $3, $4, $5) returning *', [
      1,
      at,
      { a: ['ü', null] },
      ['x', 'y "z", {}', null, ''],
      '9007199254740993',
    ]);
    expect(row).toEqual({
      id: 1,
      at,
      body: { a: ['ü', null] },
      tags: ['x', 'y "z", {}', null, ''],
      size: '9007199254740993',
    });

    const refused = await sql`insert into t (id) values (1)`.catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(NeonDbError);
    expect(refused).toMatchObject({ code: '23505', constraint: 't_pkey', table: 't', severity: 'ERROR' });
    await expect(sql.query('select 1; select 2')).rejects.toThrow('multiple commands');

    await expect(
      sql.transaction([sql`insert into t (id) values (2)`, sql`insert into t (id) values (1)`]),
    ).rejects.toThrow('duplicate key');
    const levels = await sql.transaction(
      [sql`show transaction_isolation`, sql`select count(*)::int from t`],
      {
        isolationLevel: 'Serializable',
        readOnly: true,
      },
    );
    expect(levels).toEqual([[{ transaction_isolation: 'serializable' }], [{ count: 1 }]]);

    const front = `http://127.0.0.1:${database.ready.port}`;
    const goneDown = once(await connectTo(database.ready.port), 'close');
    database.tell('down');
    await goneDown;
    await expect(sql`select 1`).rejects.toThrow('fetch failed');
    database.tell('up');
    await expect
      .poll(() =>
        fetch(front).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(404);
    expect(await sql`select id from t`).toEqual([{ id: 1 }]);
  });

  it('keeps its data, and takes over from a run that was killed', async () => {
    const first = await start();
    expect(first.ready.isNew).toBe(false);
    await sqlOf(first)`insert into t (id) values (7)`;
    const postgres = findProcess(first.ready.pid);
    if (!postgres) throw new Error('Postgres is not to be seen');
    process.kill(first.identity.pid, 'SIGKILL');
    await first.ended;
    expect(isAlive(postgres)).toBe(true); // nobody told it
    const second = await start();
    expect(isAlive(postgres)).toBe(false);
    expect(await sqlOf(second)`select id from t order by id`).toEqual([{ id: 1 }, { id: 7 }]);
  });

  it('ends with the process that started it', async () => {
    const script = join(import.meta.dirname, 'serve.ts');
    const parent = spawn(
      process.execPath,
      [
        '-e',
        `const child = require('child_process').spawn(process.execPath, ${JSON.stringify([script, `--folder=${folder.postgres}`, '--fast'])}, { stdio: ['pipe', 'inherit', 'inherit'], detached: true }); setInterval(() => {}, 1000);`,
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const [line] = await once(parent.stdout, 'data');
    const postgres = findProcess(JSON.parse(String(line)).pid);
    parent.kill('SIGKILL');
    expect(postgres && (await waitForEnd(postgres, 10_000))).toBe(true);
  });

  it('never touches the server of another folder, also when the folder is a copy of it', async () => {
    const original = await start();
    const postgres = findProcess(original.ready.pid);
    if (!postgres) throw new Error('Postgres is not to be seen');
    const noteOf = (path: string) => join(path, 'cluster/postmaster.pid');
    const copy = join(folder.path, 'copy');
    if (existsSync(join(folder.postgres, 'elsewhere'))) return; // such data is found by nobody else in any case
    mkdirSync(join(copy, 'cluster'), { recursive: true });
    copyFileSync(noteOf(folder.postgres), noteOf(copy));
    expect(readFileSync(noteOf(copy), 'utf8')).toMatch(new RegExp(`^${postgres.pid}\n`));
    expect(await clearLeftover(join(copy, 'cluster'))).toBe('stale');
    expect(existsSync(noteOf(copy))).toBe(false);
    expect(isAlive(postgres)).toBe(true);
    expect(await sqlOf(original)`select 1 as one`).toEqual([{ one: 1 }]);
  });

  it('does not take another program for its server because it has the id', async () => {
    const data = join(folder.path, 'other/cluster');
    mkdirSync(data, { recursive: true });
    expect(await clearLeftover(data)).toBe('nothing');
    writeFileSync(join(data, 'postmaster.pid'), `${process.pid}\n${data}\n`);
    expect(await clearLeftover(data)).toBe('stale');
    writeFileSync(join(data, 'postmaster.pid'), 'no number\n');
    expect(await clearLeftover(data)).toBe('nothing');

    const server = { pid: 9, parent: 1, startedAt: '' };
    expect(isServerOf({ ...server, command: ['/x/postgres', '-D', '/a/data', '--port=1'] }, '/a/data')).toBe(
      true,
    );
    expect(isServerOf({ ...server, command: ['/x/postgres', '-D', '/a/data2'] }, '/a/data')).toBe(false);
    expect(isServerOf({ ...server, command: ['vi', '/a/data'] }, '/a/data')).toBe(false);
    expect(isServerOf({ ...server, command: ['/x/postgres -D /a/data --port=1'] }, '/a/data')).toBe(true);
    expect(isServerOf({ ...server, command: ['/x/postgres -D /a/data2'] }, '/a/data')).toBe(false);
  });

  it('lets nobody in without the password', async () => {
    const database = await start();
    const url = directUrl(database.ready.postgresPort, 'app');
    const client = new Client({ connectionString: url.replace(':pw@', ':wrong@') });
    await expect(client.connect()).rejects.toThrow('password authentication failed');
  });
});

it('puts values into Postgres’ own text, and errors into Neon’s', () => {
  expect([null, undefined, 1, true, 'a', { a: 1 }, [1, [2, null]], ['a"b']].map(toText)).toEqual([
    null,
    null,
    '1',
    'true',
    'a',
    '{"a":1}',
    '{"1",{"2",NULL}}',
    '{"a\\"b"}',
  ]);
  const headers = { 'neon-connection-string': 'postgresql://u:p@h/d' };
  expect(beginStatement(headers)).toBe('BEGIN');
  expect(
    beginStatement({ ...headers, 'neon-batch-isolation-level': 'RepeatableRead', 'neon-batch-read-only': 'true', 'neon-batch-deferrable': 'true' }), // prettier-ignore
  ).toBe('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY DEFERRABLE');
  expect(toErrorReply(Object.assign(new Error('no'), { code: '1' }))).toMatchObject({
    message: 'no',
    code: '1',
    hint: null,
  });
});

async function connectTo(port: number) {
  const { connect } = await import('node:net');
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}
