/**
 * The Chromium of the npm package `@sparticuz/chromium`, with the shared libraries and fonts that it brings for machines
 * that have none. The package unpacks straight into the temp folder and takes whatever it finds there for finished, so
 * it is unpacked aside, by a process of its own, and appears whole or not at all.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { BrowserProgram } from './launch.ts';

const ROOT = join(import.meta.dirname, '../..');
const Package = z.object({ version: z.string() });

/**
 * Unpacks it once for each version, below `.local/`, and answers where it is.
 * @throws Error with what the unpacking said.
 */
export function unpackNpmBrowser(): BrowserProgram {
  const manifest = readFileSync(join(ROOT, 'node_modules/@sparticuz/chromium/package.json'), 'utf8');
  const { version } = z.parse(Package, JSON.parse(manifest));
  const folder = join(ROOT, '.local/browser', version);
  if (!existsSync(folder)) unpackTo(folder);
  return {
    path: join(folder, 'chromium'),
    source: `@sparticuz/chromium ${version} from npm`,
    env: {
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
      LD_LIBRARY_PATH: [join(folder, 'al2023/lib'), process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':'),
    },
  };
}

function unpackTo(folder: string): void {
  mkdirSync(join(folder, '..'), { recursive: true });
  const aside = mkdtempSync(`${folder}-`);
  const done = spawnSync(process.execPath, [join(import.meta.dirname, 'unpack.ts')], {
    env: { ...process.env, TMPDIR: aside },
    encoding: 'utf8',
  });
  try {
    if (done.status !== 0) throw new Error(`The browser from npm cannot be unpacked:\n${done.stderr}`);
    writeFileSync(join(aside, 'fonts.conf'), fontConfiguration(folder));
    renameSync(aside, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error; // else another run was faster
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

// The package's own one names fixed folders of the service it is made for; without a font, text has no height.
function fontConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${join(folder, 'fonts/fonts')}</dir>
  <cachedir>${join(folder, 'font-cache')}</cachedir>
</fontconfig>
`;
}
