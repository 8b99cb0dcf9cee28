/**
 * `npm test`: everything that has to hold, the quick things first, and how long each took. Ends at the first step that
 * fails. What takes minutes has commands of its own (`npm run test:crash`); a sample of it is among the browser tests.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { findBrowser } from '#dev/browser/launch.ts';
import { npmRun } from '#dev/start/npm.ts';
import { formatSeconds } from '#dev/start/progress.ts';
import { ROOT } from '#dev/start/sources.ts';
import { HUNG } from './let-go.ts';

interface Step {
  readonly name: string;
  readonly script: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Far beyond what any step takes: the longest needs five minutes, and four times that where the machine is busy. */
const STEP_LIMIT_MS = 30 * 60_000;

const STEPS: readonly Step[] = [
  { name: 'format, lint, types, limits', script: 'check' },
  { name: 'decisions and components', script: 'test:unit' },
  { name: 'objects and routes in workerd', script: 'test:workers' },
  {
    name: 'journeys in a browser',
    script: 'test:e2e',
    env: { WEB_APP_IS_BUILT: 'true' }, // by the limits in the first step
  },
];

// Nothing is asked of or told to Cloudflare by a test.
const QUIET_WRANGLER = {
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_WRITE_LOGS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
};

let child: ChildProcess | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => child && endGroup(child, signal));

const startedAt = performance.now();
const times: string[] = [];
const failed = await runAll();
console.log(`\n${times.join('\n')}`);
console.log(`  ${'in all'.padEnd(32)}${formatSeconds(performance.now() - startedAt)}`);
console.log(failed === undefined ? '\nEverything holds.' : `\nFAILED: ${failed}.`);
process.exitCode = failed === undefined ? 0 : 1;

async function runAll(): Promise<string | undefined> {
  // Before minutes are spent: a machine without any browser is told so now.
  const browser = await findBrowser();
  console.log(`Browser: ${browser.path} (${browser.source})`);
  for (const step of STEPS) {
    console.log(`\n── ${step.name} ──`);
    const stepStartedAt = performance.now();
    const isGood = await run(step);
    const took = formatSeconds(performance.now() - stepStartedAt);
    times.push(`  ${step.name.padEnd(32)}${took}${isGood ? '' : '  FAILED'}`);
    if (!isGood) return step.name;
  }
  return undefined;
}

/**
 * Runs a step. One that does not end is stopped and tried once more: on a loaded machine the runner of the workerd tests
 * has been seen to hang after its last test, while it closes. A step that fails is not repeated.
 */
async function run(step: Step): Promise<boolean> {
  const first = await runOnce(step);
  if (first !== 'hung') return first;
  console.log(`\n${step.name}: it hung and was stopped. Once more.`);
  return (await runOnce(step)) === true;
}

async function runOnce({ script, env }: Step): Promise<boolean | 'hung'> {
  const { program, args } = npmRun(script);
  const started = spawn(program, args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...QUIET_WRANGLER, ...env },
    detached: true, // a group of its own, so that all of it can be ended
  });
  child = started;
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    endGroup(started, 'SIGKILL');
  }, STEP_LIMIT_MS);
  const [code] = await once(started, 'exit');
  clearTimeout(timer);
  return hung || code === HUNG ? 'hung' : code === 0;
}

function endGroup(started: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (started.pid !== undefined) process.kill(-started.pid, signal);
  } catch {
    // It ended in the meantime.
  }
}
