/** Unpacks the browser from npm into the temp folder (TMPDIR), libraries included. Run by npm-browser.ts. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import chromium, { inflate } from '@sparticuz/chromium';

await chromium.executablePath();
// The libraries are unpacked by itself only on the service the package is made for.
const entry = fileURLToPath(import.meta.resolve('@sparticuz/chromium'));
await inflate(join(entry, '../../bin/al2023.tar.br'));
