/**
 * `npm run services`: only what stands behind the app, on the fixed ports of `.dev.vars.example`, for a plain
 * `npx wrangler dev` beside it. Has data of its own: `wrangler dev` keeps its objects in `.wrangler/state`, and a
 * database belongs to one set of objects.
 */
import { join } from 'node:path';
import { backingEnds, backingProcesses, startBacking } from './backing.ts';
import { isPortTaken } from './ports.ts';
import { printProgress } from './progress.ts';
import { RunRecord } from './run-record.ts';
import { planSettings } from './settings.ts';
import { readExample, ROOT } from './sources.ts';
import { StopList } from './stop-list.ts';
import { untilTold, whenTold } from './until-told.ts';

const told = untilTold();
const stops = new StopList();
try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
await stops.stopAll();
process.exit();

async function run(): Promise<void> {
  const example = readExample();
  const ports = {
    database: portOf(example.get('DATABASE_URL')),
    postgres: portOf(example.get('DATABASE_URL_UNPOOLED')),
    standIn: portOf(example.get('ANTHROPIC_BASE_URL')),
    mail: portOf(example.get('RESEND_BASE_URL')),
    google: portOf(example.get('GOOGLE_BASE_URL')),
    tools: portOf(example.get('DEMO_TOOLS_URL')),
  };
  const folder = join(ROOT, '.local/services');
  const record = await RunRecord.take(folder, `port ${ports.database} and its neighbours`);
  stops.add(() => record.release());
  for (const port of Object.values(ports)) {
    if (await isPortTaken(port)) throw new Error(`Port ${port} is taken by another program.`);
  }
  console.log('\nAgentic Tasks, services\n');
  const plan = planSettings({ example, environment: {}, devVars: new Map() });
  const backing = await startBacking(plan, { folder, ports }, stops, printProgress);
  record.setChildren(backingProcesses(backing));
  console.log('\n  Next       cp .dev.vars.example .dev.vars && npm run build && npx wrangler dev');
  console.log(`  Model      what the stand-in was asked: http://localhost:${ports.standIn}/`);
  console.log(`  Mail       what the app sent: http://localhost:${ports.mail}/`);
  console.log(`  Google     the stand-in: http://localhost:${ports.google}/`);
  console.log(`  Demo tools mail and photos, made up: http://localhost:${ports.tools}/`);
  console.log('  Stop       Ctrl-C\n');
  const lost = await Promise.race([...backingEnds(backing), whenTold(told)]);
  if (typeof lost === 'string') throw new Error(lost);
}

function portOf(url: string | undefined): number {
  const port = Number(new URL(url ?? '').port);
  if (port === 0) throw new Error('.dev.vars.example names no port for one of the services.');
  return port;
}
