import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { v4 as uuidv4 } from 'uuid';
import { expect, it } from 'vitest';
import { isCreated, type Migration, migrate, wake } from './migrate.ts';

const first: Migration = { version: 1, sql: "CREATE TABLE a (x TEXT); INSERT INTO a VALUES ('one');" };
const second: Migration = { version: 2, sql: "INSERT INTO a VALUES ('two');" };
const broken: Migration = {
  version: 3,
  sql: "INSERT INTO a VALUES ('three'); INSERT INTO missing VALUES (1);",
};

/** Runs with the storage of an object that nothing was ever stored in. */
const inFresh = <Result>(run: (storage: DurableObjectStorage) => Result) =>
  runInDurableObject(env.USER.getByName(uuidv4()), (_instance, { storage }) => run(storage));

const rows = (storage: DurableObjectStorage) =>
  storage.sql
    .exec<{ x: string }>('SELECT x FROM a')
    .toArray()
    .map(({ x }) => x);

it('runs each migration once, in order, and remembers which', () =>
  inFresh((storage) => {
    migrate(storage, [second, first], 5);
    migrate(storage, [first, second], 6);
    expect(rows(storage)).toEqual(['one', 'two']);
    expect(storage.sql.exec('SELECT * FROM schema_migrations').toArray()).toEqual([
      { version: 1, applied_at: 5 },
      { version: 2, applied_at: 5 },
    ]);
  }));

it('brings an older object up to date when it wakes, and leaves a newer one alone', () =>
  inFresh((storage) => {
    migrate(storage, [first], 1);
    expect(wake(storage, [first, second], 2)).toBe(true);
    expect(rows(storage)).toEqual(['one', 'two']);
    expect(wake(storage, [first], 3)).toBe(true);
    expect(rows(storage)).toEqual(['one', 'two']);
  }));

it('leaves an object as it was when a migration fails', () =>
  inFresh((storage) => {
    migrate(storage, [first], 1);
    expect(() => migrate(storage, [first, second, broken], 2)).toThrow(/missing/);
    expect(rows(storage)).toEqual(['one']);
    expect(storage.sql.exec('SELECT version FROM schema_migrations').toArray()).toEqual([{ version: 1 }]);
  }));

it('finds nothing where nothing was made, and leaves nothing there', () =>
  inFresh((storage) => {
    expect(isCreated(storage)).toBe(false);
    expect(wake(storage, [first, second], 1)).toBe(false);
    expect(
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
    ).toEqual([]);
  }));
