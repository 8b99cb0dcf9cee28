/** The doors to `rare.ts`. Until it is loaded, and if it cannot be, there is nothing in their place. */
import { later } from '#web/ui/later.ts';

const load = () => import('./rare.ts');

export const ArchivedNote = later(load, ({ rare }) => rare.ArchivedNote);
export const ByItself = later(load, ({ rare }) => rare.ByItself);
export const Fault = later(load, ({ rare }) => rare.Fault);
export const NoteBar = later(load, ({ rare }) => rare.NoteBar);
export const QuestionCard = later(load, ({ rare }) => rare.QuestionCard);
export const Queue = later(load, ({ rare }) => rare.Queue);
/** What a rehearsal would have done, a part of its own: few conversations have one. */
export const Rehearsed = later(
  () => import('#web/features/work/rehearsed.tsx'),
  (module) => module.Rehearsed,
);
export const Refused = later(load, ({ rare }) => rare.Refused);
export const Retrying = later(load, ({ rare }) => rare.Retrying);
export const Speaker = later(load, ({ rare }) => rare.Speaker);
export const ToolCall = later(load, ({ rare }) => rare.ToolCall);
export const TurnMark = later(load, ({ rare }) => rare.TurnMark);
export const TurnMeta = later(load, ({ rare }) => rare.TurnMeta);

/** Somebody begins to write: what may go wrong with it must be there even if the connection is not. */
export const prepare = (): void => void load().catch(() => undefined);
