/**
 * What a conversation needs now and then: one part that is loaded with the first of them, so that whoever needs the
 * second without a connection has it already.
 */
import { describe } from '#web/data/problem-sentences.ts';
import { Fault, Refused, Retrying, TurnMark } from '#web/features/trouble/trouble.tsx';
import { ArchivedNote } from './archived-note.tsx';
import { ByItself } from './by-itself.tsx';
import { NoteBar } from './note-bar.tsx';
import { Queue } from './queue.tsx';
import { Speaker } from './speaker.tsx';
import { ToolCall } from './tool-call.tsx';
import { TurnMeta } from './turn-meta.tsx';
import { QuestionCard } from '#web/features/questions/question-card.tsx';

export const rare = {
  describe,
  ArchivedNote,
  ByItself,
  Fault,
  NoteBar,
  QuestionCard,
  Queue,
  Refused,
  Retrying,
  Speaker,
  ToolCall,
  TurnMark,
  TurnMeta,
};
