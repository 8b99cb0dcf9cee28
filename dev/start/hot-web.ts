/** The web app with hot reload: Vite's server on the app's port, which hands what is the Worker's to wrangler. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { createServer, type ProxyOptions } from 'vite';
import { unstable_readConfig } from 'wrangler';

/** A running Vite server. */
export interface HotWeb {
  stop(): Promise<void>;
}

/**
 * The paths that belong to the Worker as patterns for Vite's proxy. Pure.
 * @param patterns `run_worker_first` of wrangler.toml, so that both ways of serving agree.
 */
export function workerPaths(patterns: readonly string[]): string[] {
  // What is taken out of a pattern again ("!/api/docs") is a built file: wrangler serves that too.
  const positive = patterns.filter((pattern) => !pattern.startsWith('!'));
  return positive.map((pattern) => {
    const escaped = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
    return `^${escaped.replaceAll('*', '.*')}(?:\\?.*)?$`;
  });
}

/** Whether a request is for a file of the web app's sources. */
export function isSource(web: string, url: string): boolean {
  try {
    const { pathname } = new URL(url, 'http://localhost');
    return statSync(join(web, decodeURIComponent(pathname))).isFile();
  } catch {
    return false; // there is none, or the path is malformed: the Worker has an answer to that
  }
}

/** Serves `web/` on `port`, with the Worker behind it on `workerPort`. */
export async function startHotWeb(root: string, port: number, workerPort: number): Promise<HotWeb> {
  const { assets } = unstable_readConfig({ config: `${root}/wrangler.toml` }, { hideWarnings: true });
  const patterns = Array.isArray(assets?.run_worker_first) ? assets.run_worker_first : ['/*'];
  // Host and Origin stay as the browser sent them: the app compares them with PUBLIC_URL.
  const toWorker: ProxyOptions = {
    target: `http://127.0.0.1:${workerPort}`,
    changeOrigin: false,
    ws: true,
    // `web/api/` is a folder of sources, and Vite serves sources by their path.
    bypass: ({ url = '/' }) => (isSource(join(root, 'web'), url) ? url : undefined),
  };
  const server = await createServer({
    configFile: `${root}/vite.config.ts`,
    logLevel: 'warn',
    clearScreen: false,
    server: {
      host: '127.0.0.1',
      port,
      strictPort: true,
      proxy: Object.fromEntries(workerPaths(patterns).map((pattern) => [pattern, toWorker])),
    },
  });
  await server.listen();
  return { stop: () => server.close() };
}
