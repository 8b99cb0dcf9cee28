import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeFolders, slugOf } from './names.ts';

const id = '0192f7a0-0000-7000-8000-00000badcafe';
const createdAt = '2026-11-20T12:00:00.000Z';

it('makes names that people recognise', () => {
  const rows: ReadonlyArray<[string | null, string]> = [
    ['Trip to Bern', 'trip-to-bern'],
    ['  Grüße, Ada!  ', 'grüße-ada'],
    ['東京への旅行', '東京への旅行'],
    ['Q3/Q4: plan (v2).md', 'q3-q4-plan-v2-md'],
    [null, 'untitled'],
    ['', 'untitled'],
    ['🌍🌍', 'untitled'],
    ['x'.repeat(100), 'x'.repeat(40)],
    [`${'y'.repeat(39)} z`, 'y'.repeat(39)],
  ];
  for (const [title, slug] of rows) expect([title, slugOf(title)]).toEqual([title, slug]);
});

it('lets nothing of a title lead out of its folder', () => {
  const hostile = [
    '../../etc/passwd',
    '..',
    '.',
    '/etc/passwd',
    String.raw`..\..\windows\system32`,
    'C:\\x',
    'a\0b',
    'a\r\nb',
    '\u202Egnp.exe',
    '．．／x', // full width: NFKC makes dots and a slash of them
    '․․∕x',
    '\uD800',
    'CON',
    'aux.txt',
    '~/.ssh/id',
    '$(reboot)',
    '`x`',
    '-rf *',
    'a/'.repeat(500),
    '\u0301'.repeat(500),
  ];
  const folderOf = makeFolders();
  for (const title of hostile)
    expect(folderOf({ id, title, createdAt })).toMatch(
      /^conversations\/2026-11-20-[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*$/u,
    );
  // Any code point, and halves of them; not fast-check's own strings, which take seconds to be set up.
  const character = fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point));
  fc.assert(
    fc.property(fc.array(character, { maxLength: 60 }), (title) => {
      const slug = slugOf(title.join(''));
      expect(slug).toMatch(/^[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*$/u);
      expect([...slug].length).toBeLessThanOrEqual(40);
      expect(slug).toBe(slug.toWellFormed());
    }),
    { seed: 11, numRuns: 100 },
  );
});

it('gives two conversations two folders, also of one title and the same minute', () => {
  const folderOf = makeFolders();
  const other = id.replace('badcafe', 'badcaff');
  const clash = `ffffffff${id.slice(8)}`;
  expect([id, other, clash].map((each) => folderOf({ id: each, title: 'Trip', createdAt }))).toEqual([
    'conversations/2026-11-20-trip-0badcafe',
    'conversations/2026-11-20-trip-0badcaff',
    `conversations/2026-11-20-trip-${clash}`,
  ]);
});
