/** The addresses of the pages. The browser's location is the only place where it is kept which one is open. */
import { createStore, useStore } from '#web/ui/store.ts';

const path = createStore(location.pathname);
const read = () => path.set(location.pathname);
window.addEventListener('popstate', read);

export type Page =
  | { name: 'home' | 'new' | 'settings' | 'sign-in' | 'sign-up' | 'missing' }
  | { name: 'conversation'; id: string };

const NAMES = new Map<string, Page>([
  ['/', { name: 'home' }],
  ['/new', { name: 'new' }],
  ['/settings', { name: 'settings' }],
  ['/sign-in', { name: 'sign-in' }],
  ['/sign-up', { name: 'sign-up' }],
]);

/** The page of a path. */
export function pageOf(path: string): Page {
  const plain = path.replace(/(?<=.)\/$/, '');
  const id = /^\/c\/([0-9a-f-]{36})$/.exec(plain)?.[1];
  return id ? { name: 'conversation', id } : (NAMES.get(plain) ?? { name: 'missing' });
}

export const usePage = (): Page => pageOf(useStore(path));

export const conversationPath = (id: string): string => `/c/${id}`;

/** Goes to a page without loading the app anew. */
export function go(to: string, { replace = false } = {}): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', to);
  read();
}
