/**
 * Brings up the whole app on this machine: database, model, mail, web app, Worker. Used by `npm start`, `npm run dev`, the
 * browser tests and the crash harness. What each part is, is told in its own file; here is the order, and that
 * everything started is stopped again.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { neonUrl } from '#dev/postgres/serve-ready.ts';
import { directUrl } from '#dev/postgres/server.ts';
import { backingEnds, backingProcesses, startBacking, type Backing } from './backing.ts';
import { buildWebApp } from './build.ts';
import { formatEnvFile } from './env-file.ts';
import { Output, type OutputListeners } from './output.ts';
import { freePort, isPortTaken } from './ports.ts';
import { timed, type OnProgress } from './progress.ts';
import { RunRecord } from './run-record.ts';
import { completeSettings, planSettings, type SettingSources, type SettingsPlan } from './settings.ts';
import { keepSecret, keepVaultKeys, readSources, ROOT } from './sources.ts';
import { googleUrlOf, urlOf } from './stand-in.ts';
import { StopList } from './stop-list.ts';
import { WorkerKeeper } from './worker-keeper.ts';

/** How to bring it up. Everything has a default: that of `npm start`. */
export interface AppOptions extends OutputListeners {
  /** Where the app listens; 0 takes a free port. Default 8787. */
  readonly port?: number;
  /** Where database, objects' state, logs and secret are kept. Default `.local/`. */
  readonly folder?: string;
  /** Default: the environment and `.dev.vars`. Tests give their own, so that a developer's key is never used. */
  readonly sources?: SettingSources;
  /** Trades the database's safety against power loss for speed. */
  readonly fast?: boolean;
  /** Whether to build the web app first. Default true. */
  readonly build?: boolean;
  /** Vite's server with hot reload instead of a build. */
  readonly hotReload?: boolean;
  /** Ends the start when it is aborted; what had come up is stopped. */
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

/** The running app. */
export interface App {
  readonly url: string;
  /** The stand-in's page; undefined when a model was named in the settings. */
  readonly demoUrl: string | undefined;
  /** The page of the mail capture; undefined when a mail service was named. */
  readonly mailUrl: string | undefined;
  /** The stand-in for Google; undefined when a client was named. */
  readonly googleUrl: string | undefined;
  /** The page of the demo tools; undefined when others were named, or none wanted. */
  readonly toolsUrl: string | undefined;
  /** As the Worker has it (Neon's protocol). */
  readonly databaseUrl: string;
  /** For `pg`, where there is a local database. */
  readonly databaseUrlUnpooled: string;
  /** Settles with the reason when a part ended that should not have. Never settles after `stop`. */
  readonly lost: Promise<string>;
  /** Every process of ours by name, as of now. */
  pids(): Record<string, number[]>;
  /** SIGKILL for all of workerd; waits until the app answers again. It stays away until `whileDown` has resolved. */
  killWorkerd(whileDown?: () => Promise<unknown>): Promise<void>;
  /** Makes the local database unreachable for the Worker, and reachable again. */
  setDatabaseReachable(reachable: boolean): void;
  /** Stops everything and waits until no process is left. */
  stop(): Promise<void>;
}

/** Thrown when the port is somebody else's. */
export class PortTaken extends Error {
  constructor(port: number) {
    const command = process.env['npm_lifecycle_event'] === 'dev' ? 'npm run dev' : 'npm start';
    super(
      `Port ${port} is taken by another program. Run \`PORT=${port + 1} ${command}\`, or stop that program.`,
    );
    this.name = 'PortTaken';
  }
}

type Place = { readonly folder: string; readonly port: number; readonly url: string };

/**
 * Starts the app.
 * @throws AlreadyRunning, PortTaken before anything is started; Error with the words of the part that failed.
 */
export async function startApp(options: AppOptions = {}): Promise<App> {
  const port = options.port === 0 ? await freePort() : (options.port ?? 8787);
  const place = {
    folder: resolve(options.folder ?? join(ROOT, '.local')),
    port,
    url: `http://localhost:${port}`,
  };
  const record = await RunRecord.take(place.folder, place.url);
  const stops = new StopList();
  stops.add(() => record.release());
  const starting = new AbortController();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  aborted.catch(() => {}); // after the start nobody waits for it any more
  options.signal?.addEventListener('abort', () => reject(new Error('The start was ended.')));
  try {
    if (await isPortTaken(port)) throw new PortTaken(port);
    return await Promise.race([bringUp(options, place, record, stops, starting.signal), aborted]);
  } catch (error) {
    starting.abort();
    await stops.stopAll();
    throw error;
  }
}

async function bringUp(
  options: AppOptions,
  place: Place,
  record: RunRecord,
  stops: StopList,
  signal: AbortSignal,
): Promise<App> {
  const onProgress = options.onProgress ?? (() => {});
  const sources = options.sources ?? readSources();
  const plan = planSettings(sources);
  const [backing] = await Promise.all([
    startBacking(plan, { folder: place.folder, fast: options.fast ?? false }, stops, onProgress),
    options.build !== false && options.hotReload !== true
      ? timed('Web app', buildWebApp(ROOT, signal), () => 'built', onProgress)
      : undefined,
  ]);
  signal.throwIfAborted();
  record.setChildren(backingProcesses(backing));

  const settings = fillIn(sources, plan, backing, place);
  const envFile = writeSettings(settings, place.folder);
  mkdirSync(join(ROOT, 'dist/client'), { recursive: true }); // wrangler insists, also when Vite serves
  const output = new Output(place.folder, options);
  stops.add(() => output.close());
  const workerPort = options.hotReload === true ? await freePort() : place.port;
  let downSince: number | undefined;
  const starting = WorkerKeeper.start({
    root: ROOT,
    entry: 'dev/worker/index.ts',
    port: workerPort,
    envFile,
    stateFolder: join(place.folder, 'state'),
    restartWhenSilent: options.hotReload !== true,
    signal,
    onChange(keeper) {
      record.setChildren([...backingProcesses(backing), ...keeper.processes]);
      if (downSince === undefined) return;
      onProgress('Worker', 'was ended from outside, runs again', performance.now() - downSince);
      downSince = undefined;
      output.isUp = true;
    },
    onDown() {
      downSince = performance.now();
      output.isUp = false;
    },
    onLine: (line) => output.add(line),
  });
  stops.addPending(starting, (keeper) => keeper.stop());
  const keeper = await timed('Worker', starting, () => 'under workerd', onProgress);
  if (options.hotReload === true) await startHot(place.port, workerPort, stops, onProgress);
  signal.throwIfAborted();
  output.isUp = true;

  const processes = () => [...backingProcesses(backing), ...keeper.processes];
  return {
    url: place.url,
    demoUrl: backing.standIn && `${urlOf(backing.standIn)}/`,
    mailUrl: backing.mail && urlOf(backing.mail),
    googleUrl: backing.google && googleUrlOf(backing.google),
    toolsUrl: backing.tools && urlOf(backing.tools),
    databaseUrl: settings.get('DATABASE_URL') ?? '',
    databaseUrlUnpooled: settings.get('DATABASE_URL_UNPOOLED') ?? '',
    lost: firstLoss(stops, [keeper.lost, ...backingEnds(backing)]),
    pids: () =>
      groupByName([
        { name: 'main', process: { pid: process.pid } },
        ...(backing.database ? [{ name: 'postgres', process: { pid: backing.database.ready.pid } }] : []),
        ...processes(),
      ]),
    killWorkerd: (whileDown) => keeper.killWorkerd(whileDown),
    setDatabaseReachable: (reachable) => backing.database?.tell(reachable ? 'up' : 'down'),
    stop: () => stops.stopAll(),
  };
}

// Vite is loaded only where it is needed: it takes half a second.
async function startHot(port: number, workerPort: number, stops: StopList, onProgress: OnProgress) {
  const { startHotWeb } = await import('./hot-web.ts');
  const starting = startHotWeb(ROOT, port, workerPort);
  stops.addPending(starting, (web) => web.stop());
  await timed('Web app', starting, () => 'with hot reload', onProgress);
}

function fillIn(sources: SettingSources, plan: SettingsPlan, backing: Backing, place: Place) {
  const { database, standIn, mail, google, tools } = backing;
  return completeSettings(sources, plan, {
    publicUrl: place.url,
    ...(database && {
      databaseUrl: neonUrl(database.ready.port, 'app'),
      databaseUrlUnpooled: directUrl(database.ready.postgresPort, 'app'),
    }),
    ...(standIn && { standInUrl: urlOf(standIn) }),
    ...(mail && { mailUrl: urlOf(mail) }),
    ...(google && { googleUrl: googleUrlOf(google) }),
    ...(tools && { toolsUrl: urlOf(tools) }),
    ...(plan.makeSecret && { authSecret: keepSecret(place.folder) }),
    ...(plan.makeVaultKeys && { vaultKeys: keepVaultKeys(place.folder) }),
  });
}

// A file, because a command line can be read by everybody on the machine.
function writeSettings(settings: ReadonlyMap<string, string>, folder: string): string {
  const path = join(folder, 'settings.env');
  writeFileSync(path, formatEnvFile(settings), { mode: 0o600 });
  chmodSync(path, 0o600); // the mode above counts only for a new file
  return path;
}

async function firstLoss(stops: StopList, ends: ReadonlyArray<Promise<string>>): Promise<string> {
  const how = await Promise.race(ends);
  return stops.isStopping ? new Promise<never>(() => {}) : how;
}

function groupByName(processes: ReadonlyArray<{ name: string; process: { pid: number } }>) {
  const pids: Record<string, number[]> = {};
  for (const { name, process } of processes) (pids[name] ??= []).push(process.pid);
  return pids;
}
