/**
 * Servers that were vetted: dated data. For each tool that was looked at it says what it can do; a tool without a row
 * writes, as far as anybody here knows. Only servers that take a bearer token or none are listed so far.
 */
import type { Risk } from '#shared/protocol/question.ts';

export interface VettedServer {
  slug: string;
  name: string;
  description: string;
  url: string;
  auth: 'none' | 'bearer';
  /** Where its token comes from. */
  docs: string | null;
  /** A development tool plays it. */
  demo: boolean;
  risks: Readonly<Record<string, Risk>>;
  /** The day it was looked at, and where. */
  verified: { on: string; source: string };
}

const reads = (...names: ReadonlyArray<string>): Record<string, Risk> =>
  Object.fromEntries(names.map((name) => [name, 'read']));

const github: VettedServer = {
  slug: 'github',
  name: 'GitHub',
  description: 'Issues, pull requests and code of your repositories, with a personal access token.',
  url: 'https://api.githubcopilot.com/mcp/',
  auth: 'bearer',
  docs: 'https://github.com/settings/personal-access-tokens',
  demo: false,
  risks: {
    ...reads(
      'get_me',
      'get_commit',
      'get_file_contents',
      'get_latest_release',
      'list_branches',
      'list_commits',
    ),
    ...reads('issue_read', 'list_issues', 'search_issues', 'list_pull_requests', 'pull_request_read'),
    ...reads('list_releases', 'list_tags', 'search_code', 'search_pull_requests', 'search_repositories'),
    delete_file: 'destroy',
    add_issue_comment: 'send',
  },
  verified: { on: '2026-11-20', source: 'github/github-mcp-server, README and docs/host-integration.md' },
};

/** @param base where the development tools are; @param userId each user has a mailbox of their own */
const demos = (base: string, userId: string): VettedServer[] => [
  {
    slug: 'demo-mail',
    name: 'Demo mail',
    description: 'A made-up mailbox to try things with. Nothing is really sent.',
    url: `${base}/s/${userId}/mail/mcp`,
    auth: 'none',
    docs: null,
    demo: true,
    risks: {
      ...reads('search_mail', 'read_mail'),
      create_draft: 'write',
      archive_mail: 'write',
      send_mail: 'send',
    },
    verified: { on: '2026-11-24', source: 'dev/mcp' },
  },
  {
    slug: 'demo-photos',
    name: 'Demo photos',
    description: 'A made-up photo library to try things with.',
    url: `${base}/s/${userId}/photos/mcp`,
    auth: 'none',
    docs: null,
    demo: true,
    risks: { ...reads('search_photos', 'show_photo'), create_album: 'write' },
    verified: { on: '2026-11-24', source: 'dev/mcp' },
  },
];

/** @param demoToolsUrl where the development tools are; empty where there are none */
export const vettedServers = (demoToolsUrl: string, userId: string): VettedServer[] => [
  ...(demoToolsUrl === '' ? [] : demos(demoToolsUrl, userId)),
  github,
];
