/** Where the process dies in work that has effects outside: writing calls, approvals, questions, schedules. */

export const writers = ['write_note', 'send_message', 'delete_note'] as const;
export type Writer = (typeof writers)[number];

export type Death =
  /** The model has not said a word. */
  | { at: 'model' }
  /** A call of this tool waits before or after its effect. */
  | { at: 'call'; tool: Writer; when: 'before' | 'after' }
  /** All calls have ended and the model is asked what to do next. */
  | { at: 'next step' }
  /** All calls, or the question, wait for the person. */
  | { at: 'waiting' }
  /** The yes to this call was accepted a moment ago. */
  | { at: 'yes'; tool: Writer }
  /** The answer to the question was accepted a moment ago. */
  | { at: 'answer' }
  /** Before the due time, so that nobody is there when it comes. */
  | { at: 'before due' };

export interface ActingPoint {
  name: string;
  /** What sets the work off; three writing calls, or a question. */
  by: 'message' | 'schedule' | 'webhook';
  work: 'calls' | 'question';
  setting: 'auto' | 'ask';
  death: Death;
  kills: number;
}

const wordsOf = (death: Death): string => {
  switch (death.at) {
    case 'model':
      return 'before a word of the model';
    case 'call':
      return `${death.when} the effect of ${death.tool}`;
    case 'yes':
      return `right after the yes to ${death.tool}`;
    case 'answer':
      return 'right after the answer';
    case 'next step':
      return 'between the calls and the next step';
    case 'waiting':
      return 'while it waits for the person';
    case 'before due':
      return 'before the due time';
    default:
      return death satisfies never;
  }
};

const point = (
  death: Death,
  more: Partial<Pick<ActingPoint, 'by' | 'work' | 'setting' | 'kills'>> = {},
): ActingPoint => {
  const { by = 'message', work = 'calls', setting = 'auto', kills = 1 } = more;
  const name = `${by}, ${work === 'calls' ? `three calls set to ${setting}` : 'a question'}: ${wordsOf(death)}${kills > 1 ? ', twice' : ''}`;
  return { name, by, work, setting, death, kills };
};

const calls = writers.flatMap((tool) =>
  (['before', 'after'] as const).map((when): Death => ({ at: 'call', tool, when })),
);

/** Every step of the work, in the order in which it is passed. */
export const actingPoints: ReadonlyArray<ActingPoint> = [
  point({ at: 'model' }),
  ...calls.map((death) => point(death)),
  point({ at: 'call', tool: 'send_message', when: 'after' }, { kills: 2 }),
  point({ at: 'next step' }),
  point({ at: 'next step' }, { kills: 2 }),
  point({ at: 'waiting' }, { setting: 'ask' }),
  ...writers.map((tool) => point({ at: 'yes', tool }, { setting: 'ask' })),
  ...calls.map((death) => point(death, { setting: 'ask' })),
  point({ at: 'waiting' }, { work: 'question' }),
  point({ at: 'answer' }, { work: 'question' }),
  point({ at: 'before due' }, { by: 'schedule' }),
  point({ at: 'model' }, { by: 'schedule' }),
  point({ at: 'model' }, { by: 'schedule', kills: 2 }),
  ...calls.map((death) => point(death, { by: 'schedule' })),
  point({ at: 'next step' }, { by: 'schedule' }),
  point({ at: 'waiting' }, { by: 'schedule', setting: 'ask' }),
  point({ at: 'waiting' }, { by: 'schedule', work: 'question' }),
  // What a webhook brings taints: each of its calls asks, whatever the setting says.
  point({ at: 'model' }, { by: 'webhook' }),
  point({ at: 'model' }, { by: 'webhook', kills: 2 }),
  ...calls.map((death) => point(death, { by: 'webhook' })),
  point({ at: 'waiting' }, { by: 'webhook', setting: 'ask' }),
  point({ at: 'waiting' }, { by: 'webhook', work: 'question' }),
];
