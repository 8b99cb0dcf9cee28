/** Scenarios and replies that tests have queued for requests to come, and requests that are made to wait. */
import type { DraftBlock } from '../reply/draft.ts';
import type { Action, Match } from './action.ts';

/** What of a request a match looks at. */
export interface Asked {
  readonly model: string;
  readonly text: string;
  readonly stream: boolean;
  readonly kind: 'chat' | 'task';
}

export interface Queued {
  readonly match: Match;
  readonly scenario: string | undefined;
  readonly options: Readonly<Record<string, unknown>>;
  readonly reply: readonly DraftBlock[] | undefined;
  left: number;
}

/** Waits for a release; the promise of `open` resolves then. */
export interface Hold {
  readonly match: Match;
  readonly owner: string | undefined;
  /** `undefined`: before any byte. */
  readonly deltas: number | undefined;
  left: number;
}

export function matches(match: Match, asked: Asked): boolean {
  return (
    (match.model === undefined || asked.model.includes(match.model)) &&
    (match.text === undefined || asked.text.includes(match.text)) &&
    (match.stream === undefined || asked.stream === match.stream) &&
    (match.kind === undefined || asked.kind === match.kind)
  );
}

/** Takes the first thing in a list that is for this request, and uses one of its times. */
export function take<Item extends { match: Match; left: number }>(
  list: Item[],
  asked: Asked,
): Item | undefined {
  const index = list.findIndex((item) => matches(item.match, asked));
  const item = list[index];
  if (item === undefined) return undefined;
  item.left -= 1;
  if (item.left <= 0) list.splice(index, 1);
  return item;
}

export function queuedFrom(action: Extract<Action, { action: 'queue' }>): Queued {
  return {
    match: action.match ?? {},
    scenario: action.scenario,
    options: action.options ?? {},
    reply: action.reply,
    left: action.times ?? 1,
  };
}

/** A gate that stays shut until somebody opens it. */
export class Gate {
  readonly owner: string | undefined;
  readonly opened: Promise<void>;
  #open: () => void = () => undefined;

  constructor(owner: string | undefined) {
    this.owner = owner;
    this.opened = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  open(): void {
    this.#open();
  }
}
