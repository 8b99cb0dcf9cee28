/** Where somebody was when they left for Google: where it did not work out, the server leads to the way in instead. */

const KEY = 'return-to';

/** Kept by the tab, which outlives the way there and back. */
export const rememberPlace = (path: string): void => sessionStorage.setItem(KEY, path);

/** The path, once; null when nobody left. */
export function takePlace(): string | null {
  const path = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return path;
}
