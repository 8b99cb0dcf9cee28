/** What a built-in tool is: served in this process to every conversation, and like all others to the loop. */
import type { FileRef } from '#shared/protocol/file.ts';
import type { Risk } from '#shared/protocol/question.ts';
import type { RunCost } from '../schedule/run-cost.ts';
import type { ChangePreview, NeededTool, SchedulePreview } from '#shared/protocol/schedule.ts';
import type { ConversationState } from '../conversation/state.ts';

/** What arguments are judged by beside themselves. */
export interface BuiltinWorld {
  /** Milliseconds since the epoch. */
  now: number;
  /** The person's own zone, IANA name. */
  timezone: string;
  /** What a run of an instruction costs here; null when nothing is known. */
  runCost?(instruction: string): RunCost | null;
  /** The conversation with its schedules as they stand, where it is known. */
  conversation?: Pick<ConversationState, 'id' | 'schedules'>;
  /** A tool of this conversation by its name; null where it has none of that name. */
  need?(name: string): NeededTool | null;
}

export interface BuiltinSpec {
  name: string;
  /** In words, for people: "Ask you something". */
  title: string;
  /** For the model. */
  description: string;
  /** JSON Schema within the API's strict subset. */
  inputSchema: Readonly<Record<string, unknown>>;
  /** Checks the arguments: null when they are good, else one sentence for the model. */
  check(input: Readonly<Record<string, unknown>>): string | null;
  /** What is wrong with it at this moment, as a time that has passed; asked after `check`. */
  checkNow?(input: Readonly<Record<string, unknown>>, world: BuiltinWorld): string | null;
  /** What the person is shown of a schedule before they say yes. */
  preview?(input: Readonly<Record<string, unknown>>, world: BuiltinWorld): SchedulePreview | null;
  /** What the person is shown of a change of a schedule that is there. */
  previewChange?(input: Readonly<Record<string, unknown>>, world: BuiltinWorld): ChangePreview | null;
  /** What one call can do: `http_request` looks with GET and sends with POST. */
  risk(input: Readonly<Record<string, unknown>>): Risk;
  /** A write of it may be repeated after a crash: the receiver knows the call by its id. */
  repeatable: boolean;
}

/** What a built-in tool gives back. `text` is for the model, whole: the loop trims it. */
export interface BuiltinResult {
  isError: boolean;
  text: string;
  /** The text came from outside, or may hold what did. */
  outside: boolean;
  files?: FileRef[];
  /** For a write that may have been carried out although no answer came. */
  unknown?: true;
}
