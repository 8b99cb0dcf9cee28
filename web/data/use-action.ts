/** One thing that a button does: whether it is under way, and in plain words why it did not work. */
import { useState } from 'react';
import { describe } from './problem-sentences.ts';
import { NotConfirmed } from './step-up.ts';

export interface Action {
  busy: boolean;
  /** What went wrong last time; null when nothing did. */
  fault: string | null;
  /** Runs it unless it runs already. Answers whether it was done. What was called off is no fault. */
  run: (what: () => Promise<unknown>) => Promise<boolean>;
  setFault: (fault: string | null) => void;
}

/** `says` gives words of its own to an error; null leaves them to the general ones. */
export function useAction(says: (error: unknown) => string | null = () => null): Action {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const run = async (what: () => Promise<unknown>) => {
    if (busy) return false;
    setBusy(true);
    setFault(null);
    try {
      await what();
      return true;
    } catch (error) {
      if (!(error instanceof NotConfirmed)) setFault(says(error) ?? describe(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, fault, run, setFault };
}
