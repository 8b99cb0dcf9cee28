/**
 * "Confirm that it is you": whoever has been signed in for a while proves it again before the account changes. One
 * question for all calls that wait for it; afterwards they are repeated by themselves.
 */
import { codeOf } from '#shared/client/problem-error.ts';
import { createStore } from '#web/ui/store.ts';
import { account } from './account.ts';
import { InWords } from './in-words.ts';

/** Somebody closed the question: what they had asked for was not done, and they know it. */
export class NotConfirmed extends InWords {
  override readonly name = 'NotConfirmed';
}

export interface Question {
  /** The proof was given and taken. */
  done: () => void;
  /** It was closed without one. */
  close: () => void;
}

/** The open question; `confirm-dialog.tsx` asks it. */
export const question = createStore<Question | null>(null);

let asked: Promise<void> | null = null;

const ask = () => {
  asked ??= new Promise<void>((resolve, reject) => {
    question.set({ done: resolve, close: () => reject(new NotConfirmed('Nothing was changed.')) });
  }).finally(() => {
    asked = null;
    question.set(null);
  });
  return asked;
};

/**
 * Runs a call; when the server first wants a proof (`confirm_identity`), asks for it and runs the call once more.
 * Throws what the call throws, and `NotConfirmed` when no proof was given.
 */
export async function confirmed<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (codeOf(error) !== 'confirm_identity') throw error;
    await ask();
    return run();
  }
}

/** The calls of an account, each with that question where it is needed. */
export const confirming: typeof account = {
  call: (name, ...rest) => confirmed(() => account.call(name, ...rest)),
};
