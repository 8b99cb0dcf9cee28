/**
 * What a person does, once: each act has a key that goes with its request, also when the button is pressed again because no
 * answer came. The server does it once for each key, and answers as it did the first time.
 */
import { useState } from 'react';
import { ProblemError } from '#shared/client/problem-error.ts';
import { uuidv7 } from '#web/ui/uuid.ts';

/**
 * Runs an act with its key. `what` names it among those of one place: while it is the same, and was not answered, the key
 * stays; what is sent stands in it where the person may change that between two tries.
 */
export type Acts = <Result>(what: string, act: (key: string) => Promise<Result>) => Promise<Result>;

/** It was decided: done, or refused. Anything else may have been done all the same. */
const isRefusal = (error: unknown): boolean =>
  error instanceof ProblemError && error.code !== 'bad_reply' && error.status >= 400 && error.status < 500;

export function makeActs(newKey: () => string = uuidv7): Acts {
  const open = new Map<string, string>();
  return async (what, act) => {
    const key = open.get(what) ?? newKey();
    open.set(what, key);
    try {
      const result = await act(key);
      open.delete(what);
      return result;
    } catch (error) {
      if (isRefusal(error)) open.delete(what);
      throw error;
    }
  };
}

/** Those of one component, for as long as it is on the page. */
export const useActs = (): Acts => useState(() => makeActs())[0];
