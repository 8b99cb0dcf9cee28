/**
 * A headless browser for tests: the one that `CHROMIUM_PATH` names, else one that the system has, else the one that
 * comes from npm. Nothing is downloaded while the tests run.
 */
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';

const SYSTEM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The first group is for machines without a display or a sandbox; the second keeps it from calling home. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Which browser to start and how, without starting it. */
export async function browserOptions(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<LaunchOptions> {
  const named = environment['CHROMIUM_PATH'];
  if (named) return { executablePath: named, args: FLAGS };
  const installed = SYSTEM.find((path) => existsSync(path));
  if (installed) return { executablePath: installed, args: FLAGS };
  const { default: bundled } = await import('@sparticuz/chromium');
  const executablePath = await bundled.executablePath();
  // A bare machine lacks the shared libraries; the package unpacks its own next to the browser.
  const libraries = [join(tmpdir(), 'al2023', 'lib'), dirname(executablePath)].join(':');
  const path = [libraries, environment['LD_LIBRARY_PATH']].filter(Boolean).join(':');
  return {
    executablePath,
    args: [...bundled.args, ...FLAGS],
    env: { ...definedOnly(environment), LD_LIBRARY_PATH: path },
  };
}

const definedOnly = (environment: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );

/** Starts it. Throws with what to do when there is none that runs here. */
export async function launchBrowser(): Promise<Browser> {
  const options = await browserOptions();
  try {
    return await chromium.launch({ ...options, headless: true });
  } catch (error) {
    throw new Error(
      `No browser could be started (tried ${options.executablePath}). Install Chromium, or set CHROMIUM_PATH.`,
      { cause: error },
    );
  }
}
