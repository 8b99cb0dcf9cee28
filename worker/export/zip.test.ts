import { expect, it } from 'vitest';
import { textOf, unzip } from '#test/workers/unzip.ts';
import { endOfArchive, inPieces, zip, type ZipEntry } from './zip.ts';

const at = Date.parse('2026-11-20T12:34:56.000Z');

async function* each<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
  yield* items;
}
const archiveOf = async (entries: AsyncIterable<ZipEntry>) =>
  new Uint8Array(await new Response(zip(entries)).arrayBuffer());

it('writes what a strict reader reads back, byte for byte', async () => {
  const long = 'Grüße 🌍 '.repeat(50_000);
  const files: ReadonlyArray<[string, string]> = [
    ['a.txt', 'one'],
    ['empty.txt', ''],
    ['folder/日本.txt', '二'],
    ['long.txt', long],
  ];
  const plain = unzip(await archiveOf(each(files.map(([name, content]) => ({ name, at, content })))));
  expect(plain.map((file) => [file.name, textOf(file)])).toEqual(files);
  // The same from sources that give a little at a time, or nothing at all now and then.
  const parts = files.map(([name, text]) => {
    const content = each(['', ...text.split(/(?<=o|🌍)/u), '', '']);
    return { name, at, content };
  });
  const streamed = unzip(await archiveOf(each(parts)));
  expect(streamed.map((file) => [file.name, textOf(file)])).toEqual(files);
  expect(unzip(await archiveOf(each([])))).toEqual([]);
});

it('keeps a character whole whose halves come one after the other', async () => {
  const content = each([`${'x'.repeat(70_000)}\uD83C`, '\uDF0D', '\uD83C', `${'y'.repeat(70_000)}`]);
  const [file] = unzip(await archiveOf(each([{ name: 'a', at, content }])));
  expect(file && textOf(file)).toBe(`${'x'.repeat(70_000)}🌍\uFFFD${'y'.repeat(70_000)}`);
  const pieces: string[] = [];
  for await (const piece of inPieces(each(['', 'a', '', 'b']))) pieces.push(piece);
  expect(pieces).toEqual(['ab']);
});

it('has the records of ZIP64 when there are more files than the old format can count', async () => {
  const count = 65_535;
  const files = function* () {
    for (let n = 0; n < count; n += 1) yield { name: `f${n}`, at, content: '' };
  };
  const whole = await archiveOf(each(files()));
  expect(unzip(whole)).toHaveLength(count);
  // One fewer, and the last record is enough.
  const end = whole.slice(-22);
  expect(endOfArchive(end, count - 1)).toEqual(end);
  expect(() => endOfArchive(end.slice(1), count)).toThrow('no end of an archive');
});

it('asks for the next piece only when the one before was taken', async () => {
  let given = 0;
  async function* endless() {
    for (;;) {
      given += 1;
      yield 'x'.repeat(64 * 1024);
    }
  }
  const reader = zip(each([{ name: 'endless', at, content: endless() }])).getReader();
  let bytes = 0;
  while (bytes < 10 * 1024 * 1024) bytes += (await reader.read()).value?.byteLength ?? 0;
  // What is on the way is a handful of pieces, however much was read.
  expect(given * 64 * 1024 - bytes).toBeLessThan(8 * 64 * 1024);
  await reader.cancel('enough');
});

it('breaks the stream when a source fails, wherever, and says why once', async () => {
  const failing = async function* (after: number) {
    for (let n = 0; n < after; n += 1) yield 'x'.repeat(100_000);
    throw new Error('the source failed');
  };
  async function* entries(): AsyncGenerator<ZipEntry> {
    yield { name: 'a', at, content: 'fine' };
    throw new Error('the source failed');
  }
  const sources: AsyncIterable<ZipEntry>[] = [
    entries(),
    each([{ name: 'a', at, content: failing(0) }]),
    each([{ name: 'a', at, content: failing(5) }]),
    each([
      { name: 'a', at, content: 'fine' },
      { name: 'b', at, content: failing(1) },
    ]),
  ];
  for (const source of sources) {
    const told: unknown[] = [];
    const broken = zip(source, (error) => told.push(error));
    await expect(new Response(broken).arrayBuffer()).rejects.toThrow('could not be finished');
    expect(told).toEqual([expect.objectContaining({ message: 'the source failed' })]);
  }
});

it('is read by a reader that would see a flaw', async () => {
  const whole = await archiveOf(each([{ name: 'a.txt', at, content: 'one' }]));
  const [file] = unzip(whole);
  // The format knows no zones: it is the wall clock of the machine.
  expect(file?.modified).toBe(new Date(at).toLocaleString('sv-SE'));
  for (let cut = 1; cut < whole.length; cut += 1) expect(() => unzip(whole.subarray(0, -cut))).toThrow(Error);
  const changed = whole.slice();
  changed[36] = (changed[36] ?? 0) ^ 1;
  expect(() => unzip(changed)).toThrow('check sum');
  for (const name of ['../x', '/x', 'a/../b', 'a\\b', 'a//b', 'C:x', 'a. ', 'a\u202Eb']) {
    const bad = await archiveOf(each([{ name, at, content: '' }]));
    expect(() => unzip(bad)).toThrow('not safe');
  }
  const twice = each([
    { name: 'a', at, content: '1' },
    { name: 'a', at, content: '2' },
  ]);
  await expect(archiveOf(twice).then(unzip)).rejects.toThrow('Twice');
});
