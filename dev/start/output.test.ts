import { expect, it } from 'vitest';
import { workerPaths } from './hot-web.ts';
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
