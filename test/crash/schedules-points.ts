/** Where the process dies in work by schedule: every step of each way that a due time can go, and every policy. */
import { type Policy, policies } from './schedules-policies.ts';

/** The ways. In each a run makes two calls: one that can be made again, and one that cannot. */
export type Way =
  /** A due time comes while a turn runs; it is held, and started after it. */
  | 'held by a turn'
  /** The same while a question is open. */
  | 'held by a question'
  /** The run fails, and is tried again after a wait. */
  | 'retry'
  | 'run now'
  /** It has to wait for a turn. */
  | 'run now, busy'
  /** Claude proposes a schedule on a card, and the person presses Start. */
  | 'proposal'
  /** The same of one that runs at once. */
  | 'proposal, at once'
  /** The calls of the run wait for the person's yes. */
  | 'asks'
  /** Due times come while the process is down. */
  | 'down'
  /** For minutes. */
  | 'down long'
  /** A schedule that is about to come due is told to pause, is changed, is removed. */
  | 'pause'
  | 'edit'
  | 'removal'
  /** The instruction is played without doing anything. */
  | 'rehearsal'
  /** Two schedules come due together, and one run looks after both. */
  | 'shared'
  /** The question of a run is not answered in time; it goes on without. */
  | 'expiry';

export type Step =
  /** The time stands, and comes while nobody is there. */
  | { at: 'before due' }
  /** It came, and its receipt says that it waits. */
  | { at: 'held' }
  /** What it waited for was let go a moment ago. */
  | { at: 'freed' }
  /** What the person said is on its way, or has been taken in: no answer has come. */
  | { at: 'sent' }
  /** It was answered a moment ago. */
  | { at: 'answered' }
  /** The model has not said a word. */
  | { at: 'model' }
  /** The same of a run that is going to fail. */
  | { at: 'before the refusal' }
  /** The model's refusal was let go a moment ago. */
  | { at: 'failing' }
  | { at: 'backing off' }
  /** The next try comes due while nobody is there. */
  | { at: 'before the retry' }
  | { at: 'waiting' }
  /** The time of the question was over a moment ago. */
  | { at: 'expiring' }
  | { at: 'call'; tool: 'write_note' | 'send_message'; when: 'before' | 'after' }
  /** The calls have ended and the model is asked what to do next. */
  | { at: 'next step' }
  | { at: 'settled' };

export interface SchedulePoint {
  name: string;
  way: Way;
  step: Step;
  /** How long before the death the last thing was done, where no answer is waited for. */
  ms: number;
  policy: Policy | null;
  /** After the death nobody looks at the app until all has been done. */
  alone: boolean;
}

/** What dies together. */
export interface Wave {
  points: SchedulePoint[];
  /** The process stays away for minutes. */
  long: boolean;
  /** It is reached by a clock that is an hour behind, and dies by the real one. */
  behind?: boolean;
}

/** Conversations in which one death is planned at a time: few enough that each is where it should be. */
const TOGETHER = 10;
/** A moment ago is so long ago at most: a commit takes a few milliseconds, on a busy machine some more. */
const MOMENT_MS = 60;

const calls = (['write_note', 'send_message'] as const).flatMap((tool) =>
  (['before', 'after'] as const).map((when): Step => ({ at: 'call', tool, when })),
);
const at = (...names: ReadonlyArray<Exclude<Step['at'], 'call'>>): Step[] =>
  names.map((name): Step => ({ at: name }));
const run: Step[] = [...at('model'), ...calls, ...at('next step', 'settled')];
const sent = (times: number): Step[] => Array.from({ length: times }, (): Step => ({ at: 'sent' }));

const quick: ReadonlyArray<[Way, Step[]]> = [
  ['held by a turn', [...at('before due', 'held', 'freed', 'freed', 'freed'), ...run]],
  ['held by a question', [...at('held', 'freed', 'freed'), ...run]],
  ['run now', [...sent(4), ...at('answered'), ...run]],
  ['run now, busy', [...sent(2), ...at('held', 'freed', 'freed'), ...run]],
  ['proposal', [...at('model', 'waiting'), ...sent(4), ...at('answered', 'next step', 'settled')]],
  ['proposal, at once', [...sent(2), ...at('answered'), ...run]],
  [
    'asks',
    [...at('model', 'waiting'), ...sent(3), ...at('answered'), ...calls, ...at('next step', 'settled')],
  ],
];
/** The latest ones come first: what a bound of time cuts off are those that were seen most often. */
const first: ReadonlyArray<[Way, Step[]]> = [
  ['pause', [...sent(3), ...at('answered')]],
  ['edit', [...sent(3), ...at('answered')]],
  ['removal', [...sent(3), ...at('answered')]],
  ['rehearsal', [...sent(2), ...at('model', 'next step', 'settled')]],
  ['shared', [...at('before due', 'model'), ...calls.slice(2), ...at('settled')]],
];
const expiry: Step[] = [...at('waiting', 'expiring', 'expiring', 'expiring'), ...run];
/** A failed run is tried again after a minute. These go on for that long after the death. */
const failed = at('before the refusal', 'failing', 'failing', 'failing', 'backing off');
/** Of these the next try comes due while the process is away. */
const away = at('before the refusal', 'failing', 'before the retry');

const wordsOf = (step: Step): string =>
  step.at === 'call' ? `${step.when} the effect of ${step.tool}` : step.at;

/** @param random from 0 to 1: says who dies together, and how long a moment is */
export function scheduleWaves(random: () => number): Wave[] {
  const point = (way: Way, step: Step, more: Partial<SchedulePoint> = {}): SchedulePoint => {
    const { policy = null, alone = false, ms = 0 } = more;
    const under = policy === null ? '' : `, ${policy.name}`;
    const name = `${way}${under}: ${wordsOf(step)}${alone ? ', nobody looks' : ''}`;
    return { name, way, step, ms, policy, alone };
  };
  /** Steps of the same name share the moment out among them: some die before the commit, and some after it. */
  const of = (way: Way, steps: ReadonlyArray<Step>) =>
    steps.map((step, index) => {
      const alike = (each: Step) => wordsOf(each) === wordsOf(step);
      const place = steps.slice(0, index).filter(alike).length + random();
      return point(way, step, { ms: Math.floor((place / steps.filter(alike).length) * MOMENT_MS) });
    });
  const down = (way: 'down' | 'down long') =>
    policies
      .filter(({ long }) => long === (way === 'down long'))
      .map((each) => point(way, { at: 'before due' }, { policy: each }));
  const alone = [
    point('held by a turn', { at: 'held' }, { alone: true }),
    point('run now', { at: 'model' }, { alone: true }),
    point('retry', { at: 'backing off' }, { alone: true }),
    point('proposal, at once', { at: 'call', tool: 'send_message', when: 'after' }, { alone: true }),
  ];
  const early = shuffled(
    [
      ...first.flatMap(([way, steps]) => of(way, steps)),
      point('shared', { at: 'before due' }, { alone: true }),
    ],
    random,
  );
  const unanswered = [...of('expiry', expiry), point('expiry', { at: 'waiting' }, { alone: true })];
  const all = shuffled([...quick.flatMap(([way, steps]) => of(way, steps)), ...down('down')], random);
  const waves = (points: SchedulePoint[]) => {
    const length = Math.round(points.length / TOGETHER);
    const size = Math.ceil(points.length / length);
    return Array.from({ length }, (_, wave): Wave => {
      return { points: points.slice(wave * size, (wave + 1) * size), long: false };
    });
  };
  return [
    ...waves(early),
    { points: unanswered, long: false, behind: true },
    ...waves(all),
    { points: [...of('retry', failed), ...alone], long: false },
    { points: of('retry', run), long: false },
    { points: [...of('retry', away), ...down('down long')], long: true },
  ];
}

function shuffled<One>(all: ReadonlyArray<One>, random: () => number): One[] {
  return all
    .map((one) => ({ one, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ one }) => one);
}
