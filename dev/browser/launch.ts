/** A headless Chromium for the browser tests: the one named, one of this machine, or the one that comes from npm. */
import { chromium, type Browser } from 'playwright-core';
import { findSystemBrowser } from './system-browser.ts';
import { unpackNpmBrowser } from './npm-browser.ts';

// Tests run as root in containers (no sandbox there), without a graphics card, and say nothing to the outside.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Which program, and what it needs around it. */
export interface BrowserProgram {
  readonly path: string;
  /** Where it comes from, in words. */
  readonly source: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Finds a browser: CHROMIUM_PATH, else one that is installed, else `@sparticuz/chromium` from npm.
 * @throws Error when the last one cannot be unpacked.
 */
export async function findBrowser(): Promise<BrowserProgram> {
  const named = process.env['CHROMIUM_PATH'];
  if (named) return { path: named, source: 'CHROMIUM_PATH' };
  const installed = findSystemBrowser();
  if (installed !== undefined) return { path: installed, source: 'installed on this machine' };
  return unpackNpmBrowser();
}

/**
 * Starts it. The caller closes it.
 * @throws Error that says which browser it was and what to do.
 */
export async function launchBrowser(): Promise<Browser> {
  const { path, source, env } = await findBrowser();
  try {
    return await chromium.launch({
      executablePath: path,
      headless: true,
      args: FLAGS,
      // The same language everywhere: where none is set, this browser says "en-US@posix", which Intl refuses.
      env: { ...definedOf(process.env), LC_ALL: 'en_US.UTF-8', LANGUAGE: 'en_US', ...env },
    });
  } catch (error) {
    throw new Error(
      `The browser ${path} (${source}) does not start. Install Chromium, or set CHROMIUM_PATH to one that does.`,
      { cause: error },
    );
  }
}

function definedOf(env: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(env).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  return Object.fromEntries(entries);
}
