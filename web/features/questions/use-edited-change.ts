/**
 * What a change of a schedule would do as a person edited it: reckoned anew by the server, since what the card was asked
 * with is of the call as it was.
 */
import { useEffect, useState } from 'react';
import type { Approval } from '#shared/protocol/question.ts';
import type { ChangePreview } from '#shared/protocol/schedule.ts';
import { describe } from '#web/data/problem-sentences.ts';
import { work } from '#web/data/work.ts';
import { faultWords } from './decide.ts';

export interface EditedChange {
  /** What was reckoned last; of other arguments while `isKnown` is false. Null where nothing was. */
  change: ChangePreview | null;
  /** It is of these arguments, and can be done: a yes to it is one to what is seen. */
  isKnown: boolean;
  /** Why it cannot be done, or was not heard; null while it is reckoned, and where it can. */
  fault: string | null;
  /** Asks again; null where the answer was heard. */
  again: (() => void) | null;
}

interface Heard {
  /** Of which arguments, and at which try. */
  of: string;
  change: ChangePreview | null;
  fault: string | null;
  isRefused: boolean;
}

/** @param input as it was edited; null where nothing is to be reckoned */
export function useEditedChange(
  conversationId: string,
  questionId: string,
  input: Approval['input'] | null,
): EditedChange | null {
  const [tries, setTries] = useState(0);
  const [heard, hear] = useState<Heard>({ of: '', change: null, fault: null, isRefused: false });
  const of = input === null ? null : JSON.stringify({ input, tries });
  useEffect(() => {
    if (of === null) return;
    const ending = new AbortController();
    const { input: asked }: { input: Record<string, unknown> } = JSON.parse(of);
    const ask = async () => {
      try {
        const { change } = await work.call('previewCall', {
          params: { conversationId, questionId },
          body: { input: asked },
          signal: ending.signal,
        });
        if (change === undefined) throw new Error('The answer tells of no change.');
        hear({ of, change, fault: null, isRefused: false });
      } catch (error) {
        if (ending.signal.aborted) return;
        const refusal = faultWords(error);
        const fault = refusal ?? describe(error);
        hear(({ change }) => ({ of, change, fault, isRefused: refusal !== null }));
      }
    };
    void ask();
    return () => ending.abort();
  }, [conversationId, questionId, of]);
  if (of === null) return null;
  const isNow = heard.of === of;
  const fault = isNow ? heard.fault : null;
  return {
    change: heard.change,
    isKnown: isNow && fault === null,
    fault,
    again: fault === null || heard.isRefused ? null : () => setTries(tries + 1),
  };
}
