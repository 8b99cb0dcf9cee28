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

const all = (risk: Risk, names: string): Record<string, Risk> =>
  Object.fromEntries(names.split(' ').map((name) => [name, risk]));

const github: VettedServer = {
  slug: 'github',
  name: 'GitHub',
  description: 'Issues, pull requests and code of your repositories, with a personal access token.',
  url: 'https://api.githubcopilot.com/mcp/',
  auth: 'bearer',
  docs: 'https://github.com/settings/personal-access-tokens',
  demo: false,
  // Alerts about leaked secrets have no row on purpose: what they show is not to be read without being asked for.
  risks: {
    ...all('read', 'get_me get_teams get_team_members search_users search_orgs'),
    ...all(
      'read',
      'get_file_contents get_repository_tree get_commit list_commits search_commits search_code',
    ),
    ...all('read', 'list_branches list_tags get_tag list_releases get_latest_release get_release_by_tag'),
    ...all('read', 'search_repositories list_starred_repositories list_repository_collaborators'),
    ...all('read', 'issue_read list_issues search_issues list_issue_types list_issue_fields'),
    ...all('read', 'get_label list_label list_pull_requests pull_request_read search_pull_requests'),
    ...all('read', 'actions_get actions_list get_job_logs list_notifications get_notification_details'),
    ...all('send', 'issue_write add_issue_comment create_pull_request pull_request_review_write'),
    ...all('send', 'add_reply_to_pull_request_comment discussion_comment_write create_gist update_gist'),
    ...all('destroy', 'delete_file delete_repository'),
  },
  verified: { on: '2026-11-24', source: 'github/github-mcp-server, README.md at 64a49f3 (2026-08-20)' },
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
      ...all('read', 'search_mail read_mail'),
      ...all('write', 'create_draft archive_mail'),
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
    risks: { ...all('read', 'search_photos show_photo'), create_album: 'write' },
    verified: { on: '2026-11-24', source: 'dev/mcp' },
  },
];

/** @param demoToolsUrl where the development tools are; empty where there are none */
export const vettedServers = (demoToolsUrl: string, userId: string): VettedServer[] => [
  ...(demoToolsUrl === '' ? [] : demos(demoToolsUrl, userId)),
  github,
];

/** What is known of one tool of a vetted server; null where nobody looked at it. */
export const riskIn = ({ risks }: VettedServer, tool: string): Risk | null =>
  Object.hasOwn(risks, tool) ? (risks[tool] ?? null) : null;

/** Slugs that a connection of somebody's own cannot have: they would pass for one of ours. */
export const reservedSlugs: ReadonlySet<string> = new Set(
  'agentic-tasks anthropic builtin claude demo mcp system web'
    .split(' ')
    .concat(vettedServers('http://localhost', '').map(({ slug }) => slug)),
);
