/** What all parts of the harness count alike: deaths planned, hit and distinct, and faults by what they break. */

/** A fault begins with one of these words; one that does not is another. */
const kinds = ['lost', 'double', 'stuck', 'hidden'] as const;
type Kind = (typeof kinds)[number] | 'other';

const kindOf = (fault: string): Kind => kinds.find((kind) => fault.startsWith(`${kind}: `)) ?? 'other';

export class Tally {
  planned = 0;
  hit = 0;
  /** Calls of which nobody knows whether they happened, and that say so. */
  unknown = 0;
  readonly #distinct = new Set<string>();
  readonly #faults = new Map<Kind, number>();

  /** One death, and where it was: the same place twice is one. */
  death(place: string): void {
    this.hit += 1;
    this.#distinct.add(place);
  }

  /** What was found wrong. */
  blame(faults: ReadonlyArray<string>): void {
    for (const fault of faults) {
      const kind = kindOf(fault);
      this.#faults.set(kind, (this.#faults.get(kind) ?? 0) + 1);
    }
  }

  /** Takes the figures of a part into those of the whole. Places of two parts are two. */
  add(part: string, other: Tally): void {
    this.planned += other.planned;
    this.hit += other.hit;
    this.unknown += other.unknown;
    for (const place of other.#distinct) this.#distinct.add(`${part}: ${place}`);
    this.addFaults(other);
  }

  /** Takes what another found wrong, and nothing else of it. */
  addFaults(other: Tally): void {
    for (const [kind, count] of other.#faults) this.#faults.set(kind, this.#of(kind) + count);
  }

  /** Whether every planned death happened and nothing was found wrong. */
  get good(): boolean {
    return this.#faults.size === 0 && this.hit === this.planned;
  }

  /** The figures in one line. */
  words(): string {
    return (
      `planned ${this.planned}, hit ${this.hit}, distinct ${this.#distinct.size}; ` +
      `lost ${this.#of('lost')}, double effects ${this.#of('double')}, stuck ${this.#of('stuck')}, ` +
      `outcome unknown: shown ${this.unknown}, hidden ${this.#of('hidden')}; other faults ${this.#of('other')}`
    );
  }

  #of(kind: Kind): number {
    return this.#faults.get(kind) ?? 0;
  }
}

/** The fault of a number that is not what it should be: too few of something are lost, too many are double. */
export const counted = (words: string, is: number, wanted: number): string[] =>
  is === wanted ? [] : [`${is > wanted ? 'double' : 'lost'}: ${words}: ${is}, not ${wanted}`];
