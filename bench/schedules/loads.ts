/** The loads: when what is due, in milliseconds after the base, and how many due times one object has. */

export interface Load {
  name: 'spread' | 'burst' | 'backlog';
  objects: number;
  each: number;
  /** How often the app and the bare object have it. */
  rounds: number;
  /** Due times after the base, object by object. */
  offsets: number[];
}

/** @param count schedules of `spread` and `burst`, and objects of `backlog` */
export function loads(count: number): Load[] {
  const along = (ms: number) => Array.from({ length: count }, (_each, at) => Math.round((at * ms) / count));
  return [
    { name: 'spread', objects: count, each: 1, rounds: 5, offsets: along(20_000) },
    { name: 'burst', objects: count, each: 1, rounds: 5, offsets: along(1_000) },
    // Its schedules take minutes to make.
    {
      name: 'backlog',
      objects: count,
      each: 10,
      rounds: 3,
      offsets: Array.from({ length: count * 10 }, () => 0),
    },
  ];
}

/** How long after its last due time a system may take. */
export const capMs = 60_000;

/** How a system is measured. */
export interface How {
  /** The schedules come due in the process that made them; otherwise it is killed and another one takes over. */
  sameProcess: boolean;
}
