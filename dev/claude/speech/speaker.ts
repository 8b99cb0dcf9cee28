/**
 * A speaker answers one kind of message, or leaves it to the next in the list (speakers.ts). It decides from the view
 * alone, so that the same conversation always gets the same answer. A speaker that calls tools must find them in
 * `view.tools` and must look at `view.step` and `view.outcomes`, since it is asked again after every result.
 */
import type { Draft } from '../reply/draft.ts';
import type { View } from './view.ts';

export interface Speaker {
  readonly name: string;
  /** A draft, or `undefined` where the message is not for this speaker. */
  readonly speak: (view: View) => Draft | undefined;
}
