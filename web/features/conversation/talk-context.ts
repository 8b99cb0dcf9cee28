/** What the cards and calls of a conversation need to know, wherever in it they stand. */
import { createContext, useContext } from 'react';
import type { QuestionView, Transcript } from '#shared/core/conversation/transcript.ts';

export interface Talk {
  id: string;
  questions: Readonly<Record<string, QuestionView>>;
  progress: Transcript['progress'];
  running: boolean;
  zone: string;
  now: number;
}

export const TalkContext = createContext<Talk | null>(null);

export const useTalk = (): Talk | null => useContext(TalkContext);
