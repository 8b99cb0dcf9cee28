/** Whether somebody can see the page right now. */
import { useSyncExternalStore } from 'react';

const subscribe = (listener: () => void) => {
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
};

export const useVisible = (): boolean => useSyncExternalStore(subscribe, () => !document.hidden);
