/** The addresses of the pages. The browser's location is the only place where it is kept which one is open. */
import { createStore, useStore } from '#web/ui/store.ts';

const path = createStore(location.pathname);
const read = () => path.set(location.pathname);
window.addEventListener('popstate', read);

/** Pages with an address that never changes. */
const NAMES = [
  'new',
  'inbox',
  'scheduled',
  'connections',
  'sign-in',
  'sign-up',
  'forgot',
  'reset',
  'verify',
] as const;
const SECTIONS = ['security', 'keys', 'memory', 'channels', 'effects', 'files', 'activity', 'data'] as const;

export type Section = 'profile' | (typeof SECTIONS)[number];

export type Page =
  | { name: 'home' | 'missing' | (typeof NAMES)[number] }
  | { name: 'settings'; section: Section }
  | { name: 'today'; view: 'board' | 'past' | 'settings'; id: string | null }
  | { name: 'conversation' | 'work' | 'goodbye'; id: string }
  /** `runId` may name a place in the log instead, as `at-41`. */
  | { name: 'run'; id: string; runId: string };

/** The page of a path. */
export function pageOf(path: string): Page {
  const plain = path.replace(/(?<=.)\/$/, '');
  const [, place, id] = /^\/(c|goodbye)\/([0-9a-f-]{36})$/.exec(plain) ?? [];
  if (id) return { name: place === 'c' ? 'conversation' : 'goodbye', id };
  const [, working] = /^\/c\/([0-9a-f-]{36})\/work$/.exec(plain) ?? [];
  if (working) return { name: 'work', id: working };
  const [, of, runId] = /^\/c\/([0-9a-f-]{36})\/runs\/([0-9a-f-]{36}|at-\d{1,15})$/.exec(plain) ?? [];
  if (of && runId) return { name: 'run', id: of, runId };
  const [, day] = /^\/today\/([0-9a-f-]{36})$/.exec(plain) ?? [];
  if (day) return { name: 'today', view: 'board', id: day };
  if (plain === '/today') return { name: 'today', view: 'board', id: null };
  if (plain === '/today/past') return { name: 'today', view: 'past', id: null };
  if (plain === '/today/settings') return { name: 'today', view: 'settings', id: null };
  if (plain === '/') return { name: 'home' };
  if (plain === '/settings') return { name: 'settings', section: 'profile' };
  const section = SECTIONS.find((one) => plain === `/settings/${one}`);
  if (section) return { name: 'settings', section };
  return { name: NAMES.find((name) => plain === `/${name}`) ?? 'missing' };
}

export const usePage = (): Page => pageOf(useStore(path));

export const conversationPath = (id: string): string => `/c/${id}`;

export const runPath = (id: string, runId: string): string => `/c/${id}/runs/${runId}`;

/** The run that an event of the log belongs to. */
export const runAtPath = (id: string, seq: string): string => runPath(id, `at-${seq}`);

/** Goes to a page without loading the app anew. */
export function go(to: string, { replace = false } = {}): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', to);
  read();
}
