import { expect, it } from 'vitest';
import { reservedSlugs, riskIn, vettedServers } from './servers.ts';

const userId = '0192f7a0-0000-7000-8000-000000000001';

it('offers made-up mail and photos only where they are, each user a space of their own', () => {
  expect(vettedServers('', userId).map(({ slug }) => slug)).toEqual(['github']);
  const servers = vettedServers('http://localhost:8795', userId);
  expect(servers.map(({ slug, url, auth, demo }) => [slug, url, auth, demo])).toEqual([
    ['demo-mail', `http://localhost:8795/s/${userId}/mail/mcp`, 'none', true],
    ['demo-photos', `http://localhost:8795/s/${userId}/photos/mcp`, 'none', true],
    ['github', 'https://api.githubcopilot.com/mcp/', 'bearer', false],
  ]);
});

it('knows the risk of the tools that were looked at, and of no other', () => {
  const known = Object.fromEntries(
    vettedServers('http://localhost:8795', userId).map((server) => [server.slug, server]),
  );
  const rows: ReadonlyArray<[string, string, string | null]> = [
    ['demo-mail', 'search_mail', 'read'],
    ['demo-mail', 'read_mail', 'read'],
    ['demo-mail', 'create_draft', 'write'],
    ['demo-mail', 'archive_mail', 'write'],
    ['demo-mail', 'send_mail', 'send'],
    ['demo-photos', 'search_photos', 'read'],
    ['demo-photos', 'show_photo', 'read'],
    ['demo-photos', 'create_album', 'write'],
    ['github', 'issue_read', 'read'],
    ['github', 'add_issue_comment', 'send'],
    ['github', 'delete_repository', 'destroy'],
    ['github', 'merge_pull_request', null],
    ['github', 'get_secret_scanning_alert', null],
    // Members that every object has are no rows.
    ['github', 'constructor', null],
    ['github', '__proto__', null],
    ['github', 'toString', null],
  ];
  for (const [slug, tool, risk] of rows) {
    const server = known[slug];
    expect([slug, tool, server && riskIn(server, tool)]).toEqual([slug, tool, risk]);
  }
});

it('is dated data: every server says when and where it was looked at', () => {
  for (const { slug, verified, risks } of vettedServers('http://localhost:8795', userId)) {
    expect([slug, verified.on]).toEqual([slug, expect.stringMatching(/^2026-\d\d-\d\d$/)]);
    expect(verified.source).not.toBe('');
    expect(Object.keys(risks).length).toBeGreaterThan(2);
    expect(reservedSlugs.has(slug)).toBe(true);
  }
});
