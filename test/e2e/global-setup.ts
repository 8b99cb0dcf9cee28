/** Brings the whole app up for the journeys, as `npm start` does, on a free port and with data of its own. */
import type { TestProject } from 'vitest/node';
import { startApp } from '#dev/start/app.ts';
import { makeRunFolder } from '#dev/start/run-folder.ts';
import { readExample } from '#dev/start/sources.ts';
import './provided-context.ts';

/** Starts it, and answers how to stop it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = makeRunFolder('e2e');
  // Nothing of a developer's environment: a real key must never pay for a test.
  const sources = { example: readExample(), environment: {}, devVars: new Map<string, string>() };
  const app = await startApp({
    port: 0,
    folder: folder.path,
    fast: true,
    build: process.env['WEB_APP_IS_BUILT'] !== 'true', // by `npm test`, which has just done it
    sources,
  });
  project.provide('app', { url: app.url, demoUrl: app.demoUrl ?? '' });
  project.provide('mail', { url: app.mailUrl ?? '' });
  project.provide('tools', { url: app.toolsUrl ?? '' });
  project.provide('google', { url: app.googleUrl ?? '' });
  return async () => {
    await app.stop();
    folder.remove();
  };
}
