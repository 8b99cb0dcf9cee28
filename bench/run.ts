/** `npm run bench <name>`: measures one thing of the running app and prints figures; exit code 1 past its limit. */
import { run as daily } from './daily/run.ts';
import { run as memory } from './memory.ts';
import { run as schedules } from './schedules/run.ts';

const benches: Readonly<Record<string, () => Promise<boolean>>> = { daily, memory, schedules };

const run = benches[process.argv[2] ?? ''];
if (run === undefined) {
  console.error(`npm run bench <name>, one of: ${Object.keys(benches).join(', ')}`);
  process.exit(2);
}
process.exit((await run()) ? 0 : 1);
