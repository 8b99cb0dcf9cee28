/** What a run of a load came to. */

export interface Start {
  /** Place in the list of due times. */
  id: number;
  /** When it was started and journalled, in milliseconds since the epoch. */
  at: number;
}

export interface Figures {
  p50: number;
  p99: number;
  last: number;
  early: number;
  lost: number;
  twice: number;
}

/** Lateness of what was started; the rest is lost within the cap. */
export function figuresOf(due: readonly number[], starts: readonly Start[]): Figures {
  const seen = new Map<number, number>();
  let twice = 0;
  for (const { id, at } of starts) {
    if (seen.has(id)) twice += 1;
    else seen.set(id, at);
  }
  const late = [...seen].map(([id, at]) => at - (due[id] ?? 0)).toSorted((a, b) => a - b);
  const at = (share: number) =>
    late[Math.min(late.length - 1, Math.floor(late.length * share))] ?? Number.NaN;
  return {
    p50: at(0.5),
    p99: at(0.99),
    last: late.at(-1) ?? Number.NaN,
    early: late.filter((ms) => ms < 0).length,
    lost: due.length - seen.size,
    twice,
  };
}

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

export interface Rounds extends Figures {
  /** The last of all rounds, and the p50 of the slowest. */
  worst: number;
  slowest: number;
}

/** Several rounds in one: the median of each lateness, and all that was early, lost or twice. */
export function ofRounds(rounds: readonly Figures[]): Rounds {
  const all = (key: keyof Figures) => rounds.map((round) => round[key]);
  const sum = (key: keyof Figures) => all(key).reduce((total, each) => total + each, 0);
  return {
    p50: middle(all('p50')),
    p99: middle(all('p99')),
    last: middle(all('last')),
    worst: Math.max(...all('last')),
    slowest: Math.max(...all('p50')),
    early: sum('early'),
    lost: sum('lost'),
    twice: sum('twice'),
  };
}
