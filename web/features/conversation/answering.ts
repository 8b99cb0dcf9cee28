/** Which open question the composer's words answer: the only one, unless the person wants to say something else. */
import { useState } from 'react';
import type { Transcript } from '#shared/core/conversation/transcript.ts';

export function useAnswering(questions: Transcript['questions']) {
  const [dismissed, dismiss] = useState<string | null>(null);
  const open = Object.values(questions).filter(({ end }) => end === null);
  const only = open.length === 1 ? open[0]?.question : undefined;
  const question = only !== undefined && only.id !== dismissed ? only : null;
  const placeholder =
    question === null
      ? 'Reply to Claude'
      : question.kind === 'approval'
        ? 'Type yes or no, or talk about it'
        : 'Type your answer';
  return { question, placeholder, onDismiss: () => dismiss(question?.id ?? null) };
}
