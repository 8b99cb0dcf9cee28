/**
 * `npm run bench schedules`: how late a due schedule is started and journalled, by the app, the bare object, durable peers
 * at their defaults and tuned, and the polling design; one after the other, in an order drawn by a seed. The app and the bare
 * object have several rounds, of which the median counts: the last of a thousand is one moment of the machine.
 *
 *   --load spread,burst   only these loads
 *   --only ours,floor     only these systems, by the beginning of their names
 *   --count 100           schedules instead of 1,000
 *   --rounds 1            instead of five, and three of the largest load
 *   --same-process        due in the process that made them, with the garbage of that
 *   --seed 7              another order
 */
import { parseArgs } from 'node:util';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startApp } from '#dev/start/app.ts';
import { makeRunFolder } from '#dev/start/run-folder.ts';
import { readExample } from '#dev/start/sources.ts';
import { type Figures, figuresOf, ofRounds, type Rounds, type Start } from './figures.ts';
import { runFloor } from './floor.ts';
import { type How, type Load, loads } from './loads.ts';
import { runOurs } from './ours.ts';
import { peers, runPeer } from './peers.ts';

/** `ends`: when the work was done that followed, where there was any. */
type Ran = { due: number[]; starts: Start[]; ends?: Start[] } | null;

/** How much later than the floor ours may be. */
const RATIO = 1.5;
/** Below this nobody can tell, and the clock has no finer step. */
const LEAST_MS = 5;

async function oursOnce(load: Load, how: How): Promise<Ran> {
  const folder = makeRunFolder('bench');
  const sources = { example: readExample(), environment: {}, devVars: new Map<string, string>() };
  const app = await startApp({ port: 0, folder: folder.path, build: false, sources });
  try {
    await fetch(new URL('/__control', app.demoUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ action: 'pace', firstTokenMs: 0, tokenMs: 0 }),
    });
    return await runOurs(app, load, how);
  } finally {
    await app.stop();
    folder.remove();
  }
}

const systems: ReadonlyArray<{ name: string; run: (load: Load, how: How) => Promise<Ran> }> = [
  { name: 'ours', run: oursOnce },
  { name: 'floor', run: runFloor },
  ...peers.map((peer) => ({ name: peer.name, run: (load: Load) => runPeer(peer, load) })),
];

/** An order that a seed decides. */
function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  let state = seed;
  const next = () => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff) / 0x7fffffff;
  return items
    .map((item) => ({ item, key: next() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

const ms = (value: number): string => (Number.isNaN(value) ? '-' : String(Math.round(value)));

function line(name: string, figures: Rounds, floor: Rounds | undefined): string {
  const { p50, p99, last, worst, early, lost, twice } = figures;
  const ratio = (own: number, of: number | undefined) =>
    of === undefined ? '' : (own / Math.max(LEAST_MS, of)).toFixed(1);
  const cells = [
    name.padEnd(24),
    ...[p50, p99, last, worst].map((each) => ms(each).padStart(7)),
    ...[early, lost, twice].map((each) => String(each).padStart(6)),
    ...[ratio(p50, floor?.p50), ratio(p99, floor?.p99), ratio(last, floor?.last)].map((each) =>
      each.padStart(6),
    ),
  ];
  return cells.join(' ');
}

function add(to: Map<string, Figures[]>, name: string, figures: Figures): void {
  console.log(`  ${name}: ${[figures.p50, figures.p99, figures.last].map(ms).join(' / ')}`);
  to.set(name, [...(to.get(name) ?? []), figures]);
}

const told = (rounds: ReadonlyMap<string, readonly Figures[]>): Map<string, Rounds> =>
  new Map([...rounds].map(([name, each]) => [name, ofRounds(each)]));

/** Every system once, ours and the floor in each round; what was started, and what was done. */
async function inRounds(
  load: Load,
  chosen: typeof systems,
  { rounds, seed, ...how }: How & { rounds: number; seed: number },
): Promise<Record<'results' | 'done', Map<string, Rounds>>> {
  const started = new Map<string, Figures[]>();
  const ended = new Map<string, Figures[]>();
  for (let round = 0; round < rounds; round += 1) {
    const those = chosen.filter(({ name }) => round === 0 || name === 'ours' || name === 'floor');
    const drawn = shuffled(those, seed);
    // Whoever comes first in one round comes last in the next.
    const order = round % 2 === 0 ? drawn : drawn.toReversed();
    console.log(`${load.name}, round ${round + 1}: ${order.map(({ name }) => name).join(', ')}`);
    for (const { name, run: runOne } of order) {
      const ran = await runOne(load, how);
      if (ran === null) console.log(`  ${name}: not on this machine`);
      else add(started, name, figuresOf(ran.due, ran.starts));
      if (ran?.ends !== undefined) add(ended, `${name}: the work done`, figuresOf(ran.due, ran.ends));
    }
  }
  return { results: told(started), done: told(ended) };
}

/** Whether ours is where it should be beside the floor and the durable peers. */
function verdict(results: ReadonlyMap<string, Rounds>): string[] {
  const ours = results.get('ours');
  const floor = results.get('floor');
  if (ours === undefined) return [];
  const wrong: string[] = [];
  if (floor && floor.lost > 0) wrong.push('the floor lost some: it is none');
  if (ours.early + ours.lost + ours.twice > 0) wrong.push('some were early, lost or twice');
  for (const key of ['p50', 'p99', 'last'] as const)
    // Written so that a figure that is missing is wrong, too.
    if (floor && !(ours[key] <= RATIO * Math.max(LEAST_MS, floor[key])))
      wrong.push(`${key} is more than ${RATIO} times the floor's`);
  // A peer has one round, and stands beside the slowest of ours.
  for (const [name, { p50 }] of results)
    if (name !== 'ours' && name !== 'floor' && p50 <= ours.slowest) wrong.push(`${name} is ahead at p50`);
  return wrong;
}

export async function run(): Promise<boolean> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      load: { type: 'string', default: 'spread,burst,backlog' },
      only: { type: 'string', default: '' },
      count: { type: 'string', default: '1000' },
      rounds: { type: 'string' },
      'same-process': { type: 'boolean', default: false },
      seed: { type: 'string', default: '20261124' },
    },
  });
  if (!existsSync(join(import.meta.dirname, 'peers', 'node_modules'))) {
    console.error('The peers are not there: npm ci --prefix bench/schedules/peers');
    return false;
  }
  const wanted = values.only.split(',').filter((name) => name !== '');
  const chosen = systems.filter(
    ({ name }) => wanted.length === 0 || wanted.some((each) => name.startsWith(each)),
  );
  const seed = Number(values.seed);
  const how = { sameProcess: values['same-process'] };
  if (values.rounds !== undefined && !(Number(values.rounds) >= 1)) {
    console.error('--rounds is a number from 1 on.');
    return false;
  }
  let good = true;
  for (const load of loads(Number(values.count)).filter(({ name }) => values.load.includes(name))) {
    const rounds = values.rounds === undefined ? load.rounds : Number(values.rounds);
    const { results, done } = await inRounds(load, chosen, { rounds, seed, ...how });
    console.log(`\n${load.name}: ${load.objects} objects, ${load.offsets.length} due; lateness in ms`);
    console.log(
      `${''.padEnd(24)} ${['p50', 'p99', 'last', 'worst'].map((each) => each.padStart(7)).join(' ')} ${['early', 'lost', 'twice', 'x p50', 'x p99', 'x last'].map((each) => each.padStart(6)).join(' ')}`,
    );
    for (const { name } of systems) {
      const figures = results.get(name);
      if (figures) console.log(line(name, figures, name === 'floor' ? undefined : results.get('floor')));
    }
    for (const [name, figures] of done) console.log(line(name, figures, undefined));
    const wrong = verdict(results);
    console.log(wrong.length === 0 ? 'PASS' : `MISSED: ${wrong.join('; ')}`);
    good &&= wrong.length === 0;
  }
  return good;
}
