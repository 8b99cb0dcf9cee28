/** Builds the web app: `web/` to `dist/client/`, which wrangler.toml serves as static files. */
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Keeps the manifest (read by dev/check/limits.ts; it names our sources) from being served with the rest. */
const unservedManifest: Plugin = {
  name: 'unserved-manifest',
  apply: 'build',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: '.assetsignore', source: '.vite\n' });
  },
};

// No @cloudflare/vite-plugin: its build writes .wrangler/deploy/config.json, and from then on `wrangler dev` serves that
// build, stale. The Worker is bundled by wrangler, the web app by Vite, and neither knows of the other.
export default defineConfig({
  root: 'web',
  plugins: [react(), unservedManifest],
  envDir: false, // .env and .dev.vars belong to the Worker; nothing of them may reach the browser
  build: {
    outDir: '../dist/client',
    emptyOutDir: true,
    target: 'baseline-widely-available',
    manifest: true,
    modulePreload: { polyfill: false }, // every browser of that baseline knows it
  },
});
