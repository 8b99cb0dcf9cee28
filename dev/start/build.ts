/** Builds the web app, exactly as `npm run build` does. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { npmRun } from './npm.ts';
import { eachLine, Tail } from './process/lines.ts';

/**
 * Runs `npm run build` in `root`.
 * @throws Error with what the build said when it fails.
 */
export async function buildWebApp(root: string, signal: AbortSignal): Promise<void> {
  const { program, args } = npmRun('build');
  const child = spawn(program, args, {
    cwd: root,
    // Under vitest it says "test", and Vite would build React's development version.
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  const said = new Tail();
  eachLine(child.stdout, (line) => said.add(line));
  eachLine(child.stderr, (line) => said.add(line));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`The web app cannot be built (npm run build):\n${said.text()}`);
}
