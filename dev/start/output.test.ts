import { expect, it } from 'vitest';
import { isSource, workerPaths } from './hot-web.ts';
import { ROOT } from './sources.ts';
import { classifyLine } from './output.ts';

it('tells the app’s log from wrangler at work and from what a person should see', () => {
  expect(classifyLine('{"timestamp":"2026-11-21T00:00:00Z","level":"info","event":"request"}')).toBe('log');
  expect(classifyLine('[wrangler:info] GET /api/health 200 OK (9ms)')).toBe('noise');
  expect(classifyLine('⎔ Reloading local server...')).toBe('noise');
  expect(classifyLine('')).toBe('noise');
  expect(classifyLine('{"some":"json"}')).toBe('other');
  expect(classifyLine('{ not json')).toBe('other');
  expect(classifyLine('✘ [ERROR] Build failed with 1 error:')).toBe('other');
});

it('hands to the Worker what wrangler.toml gives to the Worker, and nothing else', () => {
  const patterns = workerPaths(['/api/*', '!/api/docs', '/mcp', '/hooks/*']).map(
    (pattern) => new RegExp(pattern),
  );
  const ofWorker = (paths: string[]) =>
    paths.filter((path) => patterns.some((pattern) => pattern.test(path)));
  const workers = ['/api/health', '/api/x?a=b', '/mcp', '/mcp?x', '/hooks/1', '/api/docs'];
  expect(ofWorker(workers)).toEqual(workers);
  expect(ofWorker(['/', '/apix', '/mcpx', '/c/1', '/src/api/x', '/@vite/client'])).toEqual([]);
});

it('leaves the sources of the web app to Vite, also those whose path looks like the Worker’s', () => {
  const isWeb = (url: string) => isSource(`${ROOT}/web`, url);
  expect(['/main.tsx', '/main.tsx?t=1'].map(isWeb)).toEqual([true, true]);
  expect(['/api/health', '/api', '/', '/%zz', '//', '/nothing.ts'].map(isWeb)).toEqual(Array(6).fill(false));
});
