import { expect, it } from 'vitest';
import { filesNamedBy, filesOfFirstPage } from './page-weight.ts';
import { groupInputs } from './worker-weight.ts';

const manifest = {
  'index.html': {
    file: 'assets/index.js',
    isEntry: true,
    imports: ['_store.js'],
    dynamicImports: ['features/conversation/conversation-page.tsx', 'features/settings/settings-page.tsx'],
    css: ['assets/index.css'],
  },
  '_store.js': { file: 'assets/store.js', imports: ['index.html'] },
  'features/conversation/conversation-page.tsx': {
    file: 'assets/conversation.js',
    imports: ['_store.js'],
    dynamicImports: ['features/conversation/rare.tsx'],
    css: ['assets/conversation.css'],
  },
  'features/conversation/rare.tsx': { file: 'assets/rare.js' },
  'features/settings/settings-page.tsx': { file: 'assets/settings.js' },
};

it('counts the entry, what it imports, its styles, and those later chunks that the page always needs', () => {
  expect(filesOfFirstPage(manifest, ['conversation/conversation-page.tsx'])).toEqual([
    'assets/index.js',
    'assets/index.css',
    'assets/store.js',
    'assets/conversation.js',
    'assets/conversation.css',
  ]);
  expect(filesOfFirstPage(manifest, [])).not.toContain('assets/conversation.js');
});

it('finds scripts and styles that the page names beside the bundle', () => {
  const html = `<link rel="icon" href="/favicon.svg"><script src="/theme.js"></script>
    <script type="module" crossorigin src="/assets/index.js"></script><link rel="stylesheet" crossorigin href="/assets/index.css">`;
  expect(filesNamedBy(html)).toEqual(['theme.js', 'assets/index.js', 'assets/index.css']);
});

it('adds up a bundle by package and by folder of our own', () => {
  const inputs = {
    'node_modules/hono/dist/a.js': { bytesInOutput: 10 },
    'node_modules/hono/dist/b.js': { bytesInOutput: 5 },
    'node_modules/@neondatabase/serverless/index.mjs': { bytesInOutput: 7 },
    'worker/routes/me.ts': { bytesInOutput: 3 },
    'worker/routes/auth.ts': { bytesInOutput: 4 },
  };
  expect(groupInputs({ outputs: { 'index.js': { inputs } } })).toEqual([
    { name: 'hono', bytes: 15 },
    { name: '@neondatabase/serverless', bytes: 7 },
    { name: 'worker/routes', bytes: 7 },
  ]);
});
