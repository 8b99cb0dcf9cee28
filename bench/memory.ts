/**
 * What 5 MB results of a tool cost in memory: the workerd processes at rest after small results, and at their highest
 * while conversations of the real app are given large ones; each way from a process of its own. Beside it what the same
 * bytes cost a Worker that does nothing with them. The local storage of files runs in the same process as the Worker.
 */
import { startApp, type App } from '#dev/start/app.ts';
import { makeRunFolder } from '#dev/start/run-folder.ts';
import { readExample } from '#dev/start/sources.ts';
import { startFloor } from './lib/floor.ts';
import { Person } from './lib/person.ts';
import { atRest, peakDuring } from './lib/rss.ts';

const limit = 64 * 1024 * 1024;
const bytes = 5_000_000;
const warmUps = 10;

const mb = (size: number): string => `${(size / 1024 / 1024).toFixed(1)} MB`;

/** Ways to be given large results: each list is one after the other, lists go side by side. */
const ways = [
  { what: 'one result', lists: [1] },
  { what: '5 one after the other, in one conversation', lists: [5] },
  { what: '3 at once, in as many conversations', lists: [1, 1, 1] },
] as const;

interface Measured {
  rest: number;
  peak: number;
}

const told = ({ rest, peak }: Measured): string =>
  `rest ${mb(rest)}, peak ${mb(peak)}, over rest ${mb(peak - rest)}`;

/** Runs lists side by side, each with what `begin` made for it. */
async function inLists<Made>(
  lists: readonly number[],
  begin: () => Promise<Made>,
  use: (made: Made) => Promise<void>,
) {
  const made = await Promise.all(lists.map(begin));
  return () =>
    Promise.all(
      lists.map(async (times, list) => {
        const mine = made[list];
        if (mine === undefined) return;
        for (let time = 0; time < times; time += 1) await use(mine);
      }),
    );
}

async function inApp(app: App, person: Person, lists: readonly number[]): Promise<Measured> {
  await app.killWorkerd();
  const quiet = await person.begin();
  for (let turn = 0; turn < warmUps; turn += 1) await person.use(quiet, 'modern__echo', { text: 'small' });
  const work = await inLists(
    lists,
    () => person.begin(),
    async (conversation) => {
      const text = await person.use(conversation, 'modern__big', { bytes });
      if (!text.includes('are left out here')) throw new Error(`A result of ${text.length} characters came.`);
    },
  );
  const pids = app.pids()['workerd'] ?? [];
  const rest = await atRest(pids);
  return { rest, peak: await peakDuring(pids, work) };
}

async function inFloor(folder: string, lists: readonly number[]): Promise<Measured> {
  const floor = await startFloor(folder, bytes);
  try {
    const work = await inLists(
      lists,
      async () => floor,
      () => floor.use(),
    );
    const rest = await atRest(floor.pids);
    return { rest, peak: await peakDuring(floor.pids, work) };
  } finally {
    await floor.stop();
  }
}

/** @returns whether it stayed within the limit */
export async function run(): Promise<boolean> {
  const folder = makeRunFolder('bench');
  const app = await startApp({
    port: 0,
    folder: folder.path,
    fast: true,
    build: false,
    sources: { example: readExample(), environment: {}, devVars: new Map() },
  });
  try {
    const person = new Person(app);
    await person.signUp();
    await person.connect('modern');
    let one = 0;
    for (const { what, lists } of ways) {
      const measured = await inApp(app, person, lists);
      if (what === ways[0].what) one = measured.peak - measured.rest;
      console.log(`${what}: ${told(measured)}`);
      console.log(`  a Worker that does nothing with them: ${told(await inFloor(folder.path, lists))}`);
    }
    // Several in a row are told, not judged: how long garbage stays is the runtime's, as the empty Worker shows.
    console.log(`one result: ${mb(one)} over rest; the limit is ${mb(limit)}`);
    return one <= limit;
  } finally {
    await app.stop();
    folder.remove();
  }
}
