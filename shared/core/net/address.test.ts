import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type AddressRules, judgeAddress } from './address.ts';

const production: AddressRules = { publicOrigin: 'https://app.example.org', allowLocal: false };
const development: AddressRules = { publicOrigin: 'http://localhost:8787', allowLocal: true };

/** The address that would be called, or why none is. */
function judged(text: string, rules: AddressRules = production): string {
  const verdict = judgeAddress(text, rules);
  return verdict.ok ? verdict.url.href : verdict.reason;
}

it('lets addresses of the public internet through, as they will be called', () => {
  const taken: [string, string][] = [
    ['https://mcp.example.com/mcp?a=b#part', 'https://mcp.example.com/mcp?a=b'],
    ['HTTPS://MCP.Example.COM', 'https://mcp.example.com/'],
    ['https://mcp.example.com:443/', 'https://mcp.example.com/'],
    ['https://mcp.example.com./x', 'https://mcp.example.com/x'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
    ['https://mcp.example。com/', 'https://mcp.example.com/'],
    ['https://a_b.example.com/', 'https://a_b.example.com/'],
    ['https://other.account.workers.dev/sse', 'https://other.account.workers.dev/sse'],
    // Names that only look like ours, or like a private one.
    ['https://example.org/', 'https://example.org/'],
    ['https://notapp.example.org/', 'https://notapp.example.org/'],
    ['https://app.example.org.evil.example/', 'https://app.example.org.evil.example/'],
    ['https://localhost.example.com/', 'https://localhost.example.com/'],
    ['https://mylocal.com/', 'https://mylocal.com/'],
  ];
  for (const [text, href] of taken) expect([text, judged(text)]).toEqual([text, href]);
});

it('refuses everything else, however it is written', () => {
  const refused: Record<string, string[]> = {
    ip_literal: [
      'https://127.0.0.1/',
      'https://127.1/',
      'https://0x7f.1/',
      'https://2130706433/',
      'https://0x7f000001/',
      'https://0177.0.0.1/',
      'https://017700000001/',
      'https://127.0.0.1./',
      'https://１２７.０.０.１/',
      'https://①②⑦.0.0.1/',
      'https://127。0。0。1/',
      'https://0/',
      'https://169.254.169.254/latest/meta-data',
      'https://10.0.0.1/',
      'https://8.8.8.8/',
      'https://[::1]/',
      'https://[::]/',
      'https://[::ffff:127.0.0.1]/',
      'https://[::ffff:7f00:1]/',
      'https://[0:0:0:0:0:ffff:169.254.169.254]/',
      'https://[64:ff9b::7f00:1]/',
      'https://[fe80::1]/',
      'https://[fd00:ec2::254]/',
      'https://[2606:4700::1111]/',
    ],
    private_name: [
      'https://localhost/',
      'https://LOCALHOST/',
      'https://localhost./',
      'https://ｌｏｃａｌｈｏｓｔ/',
      'https://foo.localhost/',
      'https://foo.localhost./',
      'https://printer.local/',
      'https://metadata.google.internal/computeMetadata/v1/',
      'https://router.home.arpa/',
      'https://nas.lan/',
      'https://wiki.corp/',
      'https://intranet/',
      'https://com/',
      'https://redis/',
    ],
    bad_name: [
      'https://mcp.example.com../',
      'https://.example.com/',
      'https://a..b.example/',
      'https://-a.example.com/',
      'https://a-.example.com/',
      'https://a!b.example.com/',
      `https://${'a'.repeat(64)}.example.com/`,
      `https://${'abcdefg.'.repeat(32)}com/`,
    ],
    userinfo: [
      'https://user:pass@mcp.example.com/',
      'https://user@mcp.example.com/',
      'https://:pass@mcp.example.com/',
      'https://mcp.example.com@127.0.0.1/',
      'https://mcp.example.com:443@evil.example/',
    ],
    port: [
      'https://mcp.example.com:8443/',
      'https://mcp.example.com:80/',
      'https://mcp.example.com:22/',
      'https://mcp.example.com:0/',
    ],
    not_https: [
      'http://mcp.example.com/',
      'http://mcp.example.com:443/',
      'http://127.0.0.1/',
      'ftp://mcp.example.com/',
      'ws://mcp.example.com/',
      'wss://mcp.example.com/',
      'file:///etc/passwd',
      'data:text/plain,hello',
      'javascript:alert(1)',
      'blob:https://mcp.example.com/0190c9a4',
      'gopher://mcp.example.com/',
      'about:blank',
    ],
    not_a_url: [
      '',
      'mcp.example.com',
      '//mcp.example.com/',
      'https://',
      'https:///',
      'https://mcp.example.com:99999/',
      'https://256.256.256.256/',
      'https://1.2.3.4.5/',
      'https://example.123/',
      'https://mcp.exa mple.com/',
      'https://[::1/',
      `https://mcp.example.com/${'a'.repeat(2_048)}`,
    ],
    own_host: [
      'https://app.example.org/api/me',
      'https://APP.example.org./',
      'https://preview.app.example.org/',
    ],
  };
  for (const [reason, texts] of Object.entries(refused))
    for (const text of texts) expect([text, judged(text)]).toEqual([text, reason]);
});

it('calls no other worker of our account, and none of our own in any spelling', () => {
  const rules = { publicOrigin: 'https://agentic.account.workers.dev', allowLocal: false };
  expect(judged('https://agentic.account.workers.dev/', rules)).toBe('own_host');
  expect(judged('https://v2-agentic.account.workers.dev/', rules)).toBe('own_host');
  expect(judged('https://internal-tool.account.workers.dev/', rules)).toBe('own_host');
  expect(judged('https://a.b.account.workers.dev/', rules)).toBe('own_host');
  expect(judged('https://agentic.account2.workers.dev/', rules)).toBe(
    'https://agentic.account2.workers.dev/',
  );
});

it('lets hosts of this machine through in development, and loosens nothing else', () => {
  for (const text of [
    'http://localhost:8792/mcp',
    'http://127.0.0.1:9000/',
    'https://localhost:8443/',
    'http://[::1]:9000/',
    'http://slack.localhost:8795/',
  ])
    expect(judged(text, development)).toBe(text);
  const refused = {
    'http://localhost:8787/api/me': 'own_host',
    'http://127.0.0.1:8787/': 'own_host',
    'http://[::1]:8787/': 'own_host',
    'http://user:pass@localhost:8792/': 'userinfo',
    'ws://localhost:8792/': 'not_https',
    'http://mcp.example.com/': 'not_https',
    'http://10.0.0.1/': 'not_https',
    'https://10.0.0.1/': 'ip_literal',
    'https://127.0.0.2/': 'ip_literal',
    'https://169.254.169.254/': 'ip_literal',
    'https://mcp.example.com:8443/': 'port',
    'https://nas.local/': 'private_name',
  };
  for (const [text, reason] of Object.entries(refused)) expect(judged(text, development)).toBe(reason);
  // Without the setting, being on this machine opens nothing.
  const closed = { ...development, allowLocal: false };
  expect(judged('http://localhost:8792/', closed)).toBe('not_https');
  expect(judged('https://localhost/', closed)).toBe('private_name');
});

it('accepts nothing whose host is a number or a single word', () => {
  const host = fc.oneof(
    fc.ipV4(),
    fc.ipV4Extended(),
    fc.ipV6().map((address) => `[${address}]`),
    fc.domain(),
    fc
      .array(
        fc.oneof(fc.nat(70_000).map(String), fc.constantFrom('0x7f', '017', '', 'a', 'com', 'localhost')),
        {
          minLength: 1,
          maxLength: 5,
        },
      )
      .map((labels) => labels.join('.')),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
  );
  const decorated = fc.tuple(
    fc.constantFrom('https://', 'HTTPS:', 'https:\\\\', 'http://', ' https://', 'https:/\t/'),
    fc.constantFrom('', '', 'u@', 'u:p@', 'mcp.example.com@'),
    host,
    fc.constantFrom('', '', '.', ':443', ':8080', '..'),
    fc.constantFrom('', '/', '/path?x=https://a.example', '#@127.0.0.1', '\\@10.0.0.1'),
  );
  let accepted = 0;
  fc.assert(
    fc.property(decorated, (parts) => {
      const verdict = judgeAddress(parts.join(''), production);
      if (!verdict.ok) return true;
      accepted += 1;
      const { hostname, protocol, port, username, password, href } = verdict.url;
      const labels = hostname.split('.');
      // What is called is read the same way again.
      return (
        new URL(href).href === href &&
        [protocol, port, username, password].join('') === 'https:' &&
        labels.length > 1 &&
        /^[a-z]/.test(labels.at(-1) ?? '') &&
        !/[[\]:]|^[\d.]+$/.test(hostname)
      );
    }),
    { seed: 20_261_121, numRuns: 20_000 },
  );
  // The property says something: many were accepted.
  expect(accepted).toBeGreaterThan(500);
});
