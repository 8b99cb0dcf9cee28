/** The chosen theme. `public/theme.js` sets it before the first paint; this changes it afterwards. */
import * as z from 'zod/mini';
import { createStore } from './store.ts';

const Theme = z.enum(['system', 'light', 'dark']);
export type Theme = z.infer<typeof Theme>;

export const themes: ReadonlyArray<{ value: Theme; label: string }> = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

/** The key that `public/theme.js` reads. */
const KEY = 'theme';

const stored = (): Theme => {
  const read = Theme.safeParse(localStorage.getItem(KEY));
  return read.success ? read.data : 'system';
};

export const theme = createStore<Theme>(stored());

function show(chosen: Theme) {
  if (chosen === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = chosen;
  theme.set(chosen);
}

/** Changes the theme here and remembers it; the other tabs follow. */
export function setTheme(chosen: Theme): void {
  if (chosen === 'system') localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, chosen);
  show(chosen);
}

window.addEventListener('storage', (event) => {
  if (event.key === KEY) show(stored());
});
