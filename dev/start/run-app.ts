/** What `npm start` and `npm run dev` have in common: say what comes up, say where to click, stop when told. */
import { relative } from 'node:path';
import { AlreadyRunning } from './run-record.ts';
import { PortTaken, startApp, type App, type AppOptions } from './app.ts';
import { formatSeconds, printProgress } from './progress.ts';
import { untilTold, whenTold } from './until-told.ts';

/** Runs the app until it is told to end. Sets the exit code: 0 when told, 1 when something failed. */
export async function runApp(title: string, options: AppOptions): Promise<void> {
  const told = untilTold();
  const startedAt = performance.now();
  console.log(`\nAgentic Tasks, ${title}\n`);
  let app: App;
  try {
    app = await startApp({
      ...options,
      port: readPort(process.env['PORT']),
      signal: told,
      onProgress: printProgress,
      onLog: (line) => console.log(line),
      onOutput: (line) => console.error(line),
    });
  } catch (error) {
    if (told.aborted) return console.log('\nStopped.');
    const isExpected = error instanceof AlreadyRunning || error instanceof PortTaken;
    console.error(isExpected ? error.message : describe(error));
    process.exitCode = 1;
    return;
  }
  printWhereTo(app, performance.now() - startedAt);
  const lost = await Promise.race([app.lost, whenTold(told)]);
  if (typeof lost === 'string') {
    console.error(`\n${lost}\nStopping the rest.`);
    process.exitCode = 1;
  } else {
    console.log('\nStopping ...');
  }
  await app.stop();
  console.log('Stopped.');
}

function printWhereTo(app: App, ms: number): void {
  console.log(`\n  Ready after ${formatSeconds(ms)}\n`);
  console.log(`  Open       ${app.url}`);
  if (app.demoUrl !== undefined) {
    console.log(`  Model      demo model: a stand-in for Claude answers, no key and no network needed.`);
    console.log(`             What it was asked: ${app.demoUrl}`);
  }
  if (app.toolsUrl !== undefined) {
    console.log(`  Demo tools mail and photos are made up; what was done: ${app.toolsUrl}/`);
  }
  if (app.mailUrl !== undefined) {
    console.log(`  Mail       nothing is really sent; read it here: ${app.mailUrl}/`);
  }
  console.log(`  Log        ${relative(process.cwd(), '.local/log.jsonl')}`);
  console.log('  Stop       Ctrl-C\n');
}

function describe(error: unknown): string {
  return `\nThe app could not be started.\n${error instanceof Error ? error.message : String(error)}`;
}

/** The port that PORT names. @throws Error in plain words when it is none. */
function readPort(text: string | undefined): number {
  if (text === undefined || text === '') return 8787;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`PORT is "${text}", which is no port.`);
  return port;
}
