/** A scenario: a named way in which a request is answered, or is not. */
import type { MessageRequest } from '../contract/request.ts';
import type { Draft } from '../reply/draft.ts';
import type { HttpFault, StreamFault } from '../reply/faults.ts';
import type { Pace } from '../reply/pace.ts';
import type { View } from '../speech/view.ts';
import type { Options } from './options.ts';

/** What is to happen with one request. */
export interface Plan {
  /** Instead of a reply. */
  readonly http?: HttpFault;
  /** In the middle of the reply. */
  readonly stream?: StreamFault;
  readonly pace?: Pace;
  /** What is said; small talk where it is missing. */
  readonly draft?: Draft;
}

export interface Setting {
  readonly request: MessageRequest;
  readonly view: View;
  /** What small talk would say to this. */
  readonly talk: () => Draft;
}

export interface Scenario {
  readonly name: string;
  /** One line for the page: what happens. */
  readonly help: string;
  /** How it is written, with every option and its default. */
  readonly usage: string;
  /**
   * How many attempts at one request it strikes before the request is answered after all, where the marker does not
   * say `times`. Faults that a client should retry strike once, others always.
   */
  readonly times: number;
  readonly plan: (options: Options, setting: Setting) => Plan;
}
