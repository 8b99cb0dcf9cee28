/** Whether somebody has signed in with this browser before: then the way in is signing in, else signing up. */

const KEY = 'known';

export const isKnown = (): boolean => localStorage.getItem(KEY) !== null;

export const rememberHere = (): void => localStorage.setItem(KEY, '1');
