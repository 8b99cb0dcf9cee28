import { expect, it } from 'vitest';
import { statementTrouble } from './records.ts';

it('takes one plain statement, whatever stands in its texts, names and comments', () => {
  for (const sql of [
    'SELECT 1',
    "INSERT INTO notes VALUES ('a; PRAGMA b -- c', ?);",
    "SELECT 'it''s' /* attach ' */ FROM \"odd ; name\" -- the end ' of it",
    'SELECT release_date FROM films',
  ])
    expect([sql, statementTrouble(sql)]).toEqual([sql, null]);
});

it('refuses what reaches further, however it is hidden', () => {
  for (const sql of [
    'SELECT 1; SELECT 2',
    "SELECT 1 --'\n; PRAGMA table_list --'",
    `SELECT "'"; DELETE FROM _kept_marks; SELECT "'"`,
    "SELECT `'`; DROP TABLE t; SELECT `'`",
    "SELECT ['];DROP TABLE t;SELECT [']",
    "SELECT /*'*/ 1; DELETE FROM t /*'*/",
    'DELETE FROM "_kept_marks"',
    'SELECT * FROM [sqlite_master]',
    'SELECT * FROM `schema_migrations`',
    "ATTACH 'x' AS y",
    'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT * FROM n',
    "SELECT 'open",
    'SELECT 1 /* open',
  ])
    expect([sql, statementTrouble(sql)]).not.toEqual([sql, null]);
});
