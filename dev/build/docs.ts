/** Writes the API's document and a page to read it into the built assets: /api/openapi.json and /api/docs. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { problems } from '#shared/protocol/problem.ts';
import type { Route } from '#shared/protocol/route.ts';
import { routes } from '#shared/protocol/routes.ts';
import { openapi } from './openapi.ts';

const root = new URL('../../', import.meta.url);
const out = new URL('dist/client/api/', root);
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('package.json', root), 'utf8')));

const escape = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const schema = (title: string, type: z.ZodMiniType | undefined, io: 'input' | 'output') => {
  if (!type) return '';
  const { $schema: _draft, ...json } = z.toJSONSchema(type, { io, unrepresentable: 'any' });
  return `<details><summary>${title}</summary><pre>${escape(JSON.stringify(json, null, 2))}</pre></details>`;
};

const section = ([name, route]: [string, Route]) => `
<section id="${name}">
  <h2><code class="method">${route.method}</code> <code>${escape(route.path)}</code></h2>
  <p>${escape(route.summary)} <span>${route.status} · ${route.access}${route.keyed ? ' · <code>Idempotency-Key</code>' : ''}</span></p>
  ${schema('Body', route.body, 'input')}${schema('Query', route.query, 'input')}${schema('Reply', route.reply, 'output')}
</section>`;

const codes = Object.entries(problems)
  .map(
    ([code, { status, title }]) =>
      `<tr><td><code>${code}</code></td><td>${status}</td><td>${escape(title)}</td></tr>`,
  )
  .join('');

const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>API · Agentic Tasks</title><link rel="stylesheet" href="/api/docs.css"></head>
<body><main><h1>Agentic Tasks API</h1>
<p>Version ${version}. JSON in camelCase, times in ISO 8601 UTC, ids are UUIDs. Send <code>Authorization: Bearer</code> with an
access token. The same as <a href="/api/openapi.json">OpenAPI 3.1</a>.</p>
${Object.entries(routes).map(section).join('')}
<section id="problems"><h2>Problems</h2><p>Every error is <code>application/problem+json</code> with one of these codes.</p>
<table><thead><tr><th>Code</th><th>Status</th><th>Meaning</th></tr></thead><tbody>${codes}</tbody></table></section>
</main></body></html>`;

const style = `:root{color-scheme:light dark}body{font:16px/1.6 system-ui,sans-serif;margin:0;padding:2rem 1rem}
main{max-width:60rem;margin:auto}h2{font-size:1.05rem;margin:2rem 0 .25rem;overflow-wrap:anywhere}p{margin:.25rem 0}
p span{opacity:.7;font-size:.875rem}.method{font-weight:700}pre{overflow:auto;padding:.75rem;border:1px solid;border-radius:6px}
table{border-collapse:collapse;display:block;overflow:auto}td,th{text-align:left;padding:.25rem .75rem .25rem 0}`;

mkdirSync(out, { recursive: true });
writeFileSync(new URL('openapi.json', out), `${JSON.stringify(openapi(version), null, 2)}\n`);
writeFileSync(new URL('docs.html', out), page);
writeFileSync(new URL('docs.css', out), style);
console.log(`API document: ${Object.keys(routes).length} routes`);
