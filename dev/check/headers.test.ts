import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const text = readFileSync(join(ROOT, 'web/public/_headers'), 'utf8');

/** The file as Cloudflare reads it: under each path pattern the headers that go with it. */
function parse(file: string): Map<string, Map<string, string>> {
  const rules = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const line of file.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    if (!line.startsWith(' ')) {
      current = new Map();
      rules.set(line.trim(), current);
      continue;
    }
    const [, name, value] = /^ +([A-Za-z-]+): (.+)$/.exec(line) ?? [];
    if (name === undefined || value === undefined || current === undefined) throw new Error(line);
    // Twice the same name would be joined with a comma, and two policies are not what one means.
    if (current.has(name.toLowerCase())) throw new Error(`${name} stands here twice`);
    current.set(name.toLowerCase(), value);
  }
  return rules;
}

const rules = parse(text);
const all = rules.get('/*') ?? new Map<string, string>();

/** A policy by its directives: `name value value; name value`. */
const directives = (policy: string) =>
  new Map(
    policy.split('; ').map((part) => {
      const [name = '', ...values] = part.split(' ');
      return [name, values];
    }),
  );

it('allows the pages nothing but their own files, nothing inline, and no text as a script', () => {
  const policy = directives(all.get('content-security-policy') ?? '');
  expect(policy.get('default-src')).toEqual(["'none'"]);
  for (const [name, values] of policy) {
    if (name.startsWith('require-trusted-types') || name.startsWith('trusted-types')) continue;
    // 'self' or nothing: so neither 'unsafe-inline' nor 'unsafe-eval', a scheme, a host or a star.
    expect([name, values]).toEqual([name, [expect.stringMatching(/^'(?:self|none)'$/)]]);
  }
  // What default-src does not stand in for (CSP Level 3, section 6.4 and 6.3).
  expect(policy.get('base-uri')).toEqual(["'none'"]);
  expect(policy.get('form-action')).toEqual(["'self'"]);
  expect(policy.get('frame-ancestors')).toEqual(["'none'"]);
  expect(policy.get('require-trusted-types-for')).toEqual(["'script'"]);
  expect(policy.get('trusted-types')).toEqual(["'none'"]);
});

it('sets what keeps pages from being framed, sniffed, opened by others or asked for the camera', () => {
  expect(Object.fromEntries(all)).toMatchObject({
    'strict-transport-security': expect.stringMatching(/^max-age=63072000; includeSubDomains$/),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  });
  const features = new Map(
    (all.get('permissions-policy') ?? '').split(', ').map((part) => {
      const [, name, allowed] = /^([a-z-]+)=\(([a-z]*)\)$/.exec(part) ?? [];
      if (name === undefined || allowed === undefined) throw new Error(part);
      return [name, allowed];
    }),
  );
  const own = ['publickey-credentials-get', 'publickey-credentials-create', 'clipboard-write'];
  for (const [name, allowed] of features)
    expect([name, allowed]).toEqual([name, own.includes(name) ? 'self' : '']);
  for (const name of [...own, 'camera', 'microphone', 'geolocation', 'payment'])
    expect([...features.keys()]).toContain(name);
});

it('keeps the files that are named after their content, and only those, for ever', () => {
  expect([...rules.keys()]).toEqual(['/*', '/assets/*']);
  expect(Object.fromEntries(rules.get('/assets/*') ?? [])).toEqual({
    'cache-control': 'public, max-age=31536000, immutable',
  });
  expect(all.has('cache-control')).toBe(false);
  // Cloudflare takes lines of at most 2,000 characters.
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(2_000);
});

/** The page as it is built now, not as it was when somebody built it last. */
async function builtPage(): Promise<string> {
  const built = await build({
    configFile: join(ROOT, 'vite.config.ts'),
    root: join(ROOT, 'web'),
    logLevel: 'silent',
    build: { write: false, minify: false },
  });
  for (const bundle of [built].flat()) {
    if (!('output' in bundle)) continue;
    for (const file of bundle.output)
      if (file.type === 'asset' && file.fileName === 'index.html') return String(file.source);
  }
  throw new Error('The build has no index.html');
}

it('has a page that keeps to the policy: no inline script or style, no handler, no other origin', async () => {
  const html = (await builtPage()).replaceAll(/<!--.*?-->/gs, '');
  const scripts = [...html.matchAll(/<script\b([^>]*)>(.*?)<\/script>/gs)];
  expect(scripts.length).toBeGreaterThanOrEqual(2);
  for (const [, attributes, inline] of scripts) {
    expect(attributes).toMatch(/\ssrc="\/[^/]/);
    expect(inline?.trim()).toBe('');
  }
  expect(html).not.toMatch(/<style\b|<base\b|<iframe\b|<object\b|<embed\b/i);
  expect(html).not.toMatch(/\s(?:style|on[a-z]+|http-equiv)\s*=/i);
  const addresses = [...html.matchAll(/\s(?:src|href)\s*=\s*"([^"]*)"/g)].map(([, address]) => address ?? '');
  expect(addresses.filter((address) => !/^\/[^/]/.test(address))).toEqual([]);
  expect(html).not.toMatch(/https?:|javascript:|data:/i);
});
