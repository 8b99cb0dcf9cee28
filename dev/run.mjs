/**
 * The one door for `npm start`, `npm run dev`, `npm run services` and `npm test`: plain JavaScript, because it runs on
 * whatever Node there is, before anything is installed. Installs what the lockfile says if that is not there, then runs
 * the command with the Node that the project brings, and hands signals and the exit code through.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const MODULES = join(ROOT, 'node_modules');
const STAMP = join(MODULES, '.installed-from');
const COMMANDS = {
  start: 'dev/start/start.ts',
  dev: 'dev/start/dev.ts',
  services: 'dev/start/services.ts',
  test: 'dev/test/test.ts',
};
const OLDEST_NODE = [22, 12];
const STALE_LOCK_MS = 15 * 60_000;

const [command, ...rest] = process.argv.slice(2);
if (!Object.hasOwn(COMMANDS, command ?? '')) {
  console.error(`Usage: node dev/run.mjs ${Object.keys(COMMANDS).join('|')}`);
  process.exit(2);
}
process.chdir(ROOT);
if (!isInstalled()) await install();
run(findNode(), COMMANDS[command]);

/** Whether node_modules is what package-lock.json says: by our own note, or by npm's note of what it installed. */
function isInstalled() {
  const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
  if (readIfThere(STAMP) === hash(lock)) return true;
  const installed = readIfThere(join(MODULES, '.package-lock.json'));
  if (installed === undefined) return false;
  try {
    return isSameInstall(JSON.parse(lock).packages, JSON.parse(installed).packages);
  } catch {
    return false; // half written, or of an npm that writes it differently: installing is always right
  }
}

function isSameInstall(wanted, installed) {
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || entry.link) return true;
    const found = installed[path];
    if (found === undefined) return entry.optional === true && !isForThisMachine(entry);
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

// An optional package may be missing because it is for another system; one for this system may not.
function isForThisMachine({ os, cpu, libc }) {
  if (os === undefined && cpu === undefined) return false;
  const fits = (list, value) => list === undefined || list.includes(value);
  return fits(os, process.platform) && fits(cpu, process.arch) && fits(libc, 'glibc');
}

async function install() {
  const release = await takeInstallLock();
  try {
    if (isInstalled()) return; // another command of this checkout has just done it
    const startedAt = Date.now();
    process.stdout.write('Installing packages (npm ci) ... ');
    // Inside an npm script npm says where it is itself; otherwise the one on the PATH has to do.
    const npm = process.env.npm_execpath;
    const [program, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
    const done = spawnSync(program, [...first, 'ci', '--no-audit', '--no-fund'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 64 * 1024 * 1024,
    });
    if (done.status !== 0) {
      console.log('failed.');
      console.error(done.error?.message ?? `${done.stdout}${done.stderr}`);
      process.exit(1);
    }
    writeFileSync(STAMP, hash(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')));
    console.log(`done in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`);
  } finally {
    release();
  }
}

// `npm ci` begins by deleting node_modules, so two at once would take it from under each other.
async function takeInstallLock() {
  const lock = join(ROOT, '.local/installing');
  mkdirSync(dirname(lock), { recursive: true });
  for (let waited = false; ; waited = true) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return () => rmSync(lock, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = Number(readIfThere(lock));
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if ((holder > 0 && !isRunning(holder)) || age > STALE_LOCK_MS) rmSync(lock, { force: true });
    else if (!waited) console.log('Packages are being installed by another command; waiting for it.');
    await delay(300);
  }
}

/** The Node that the project brings, if it runs here (it does not on musl); else this one, if it is new enough. */
function findNode() {
  const own = join(MODULES, `node-${process.platform}-${process.arch}/bin/node`);
  if (existsSync(own) && spawnSync(own, ['--version']).status === 0) return own;
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]))
    return process.execPath;
  console.error(
    `This needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}, and there is no Node from npm ` +
      `for ${process.platform} on ${process.arch}. Please install a newer one from https://nodejs.org.`,
  );
  process.exit(1);
}

function run(node, script) {
  // Node 22 before 22.18 reads TypeScript only when asked to. Also for the Nodes that this one starts.
  const [major, minor] = process.versions.node.split('.').map(Number);
  const isOld = node === process.execPath && major === 22 && minor < 18;
  const options = isOld ? '--experimental-strip-types --disable-warning=ExperimentalWarning' : '';
  const child = spawn(node, [join(ROOT, script), ...rest], {
    cwd: ROOT,
    stdio: 'inherit',
    env: {
      ...process.env,
      NODE_OPTIONS: [process.env.NODE_OPTIONS, options].filter(Boolean).join(' '),
      // The project's programs by their names, with its own Node among them.
      PATH: `${dirname(node)}:${join(MODULES, '.bin')}:${process.env.PATH}`,
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const parent = process.ppid;
  const ancestors = findAncestors();
  const watch = setInterval(() => {
    if (ancestors.length > 0 && (process.ppid !== parent || !ancestors.every(isRunning)))
      child.kill('SIGTERM');
  }, 500);
  child.once('error', (error) => {
    console.error(`${node} could not be started: ${error.message}`);
    process.exit(1);
  });
  child.once('exit', (code, signal) => {
    clearInterval(watch);
    process.exit(signal === null ? code : 1);
  });
}

/**
 * Who would have stopped us: our parent, and npm above it where npm put a shell in between. After a kill -9 of npm the
 * shell lives on and nobody tells us; without this the app would run for ever and the next start find its port taken.
 */
function findAncestors() {
  if (process.env.npm_lifecycle_event === undefined) return []; // started by hand: it may outlive its shell
  const stat = readIfThere(`/proc/${process.ppid}/stat`) ?? '';
  const [, name, above] = /^\d+ \((.*)\) \S (\d+)/.exec(stat) ?? [];
  return /^(?:sh|dash|bash)$/.test(name ?? '') ? [process.ppid, Number(above)] : [process.ppid];
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function hash(text) {
  return createHash('sha256').update(text).digest('hex');
}
