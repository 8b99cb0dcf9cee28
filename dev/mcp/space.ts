/** One world of the development tools: what happened in it, what is planted in it, and how its servers behave. */

/** Something that really happened to the outside: what a test judges by. */
export interface Effect {
  id: number;
  at: string;
  server: string;
  tool: string;
  args: Readonly<Record<string, unknown>>;
  /** The idempotency key it came with. */
  key: string | null;
}

/** One request that was seen. Whether a bearer came, never which. */
export interface Seen {
  server: string;
  method: string;
  tool: string | null;
  hasBearer: boolean;
}

export type Mode = 'ok' | 'down' | 'hang' | 'unauthorized';

export interface Hold {
  tool: string;
  /** Before the effect, or after it and before the answer. */
  when: 'before' | 'after';
}

export interface Change {
  description?: string | undefined;
  schema?: Readonly<Record<string, unknown>> | undefined;
  annotations?: Readonly<Record<string, unknown>> | undefined;
}

export interface Mail {
  id: string;
  from: string;
  to: string;
  subject: string;
  date: string;
  body: string;
  archived: boolean;
}

export class Space {
  readonly name: string;
  readonly effects: Effect[] = [];
  readonly seen: Seen[] = [];
  readonly modes = new Map<string, Mode>();
  readonly changes = new Map<string, Change>();
  readonly planted = {
    mail: [] as string[],
    page: [] as string[],
    result: [] as string[],
    description: [] as string[],
  };
  readonly mails: Mail[];
  readonly drafts: Array<Readonly<Record<string, unknown>>> = [];
  readonly #keys = new Map<string, { args: string; answer: string }>();
  #holds: Hold[] = [];
  #waiting: Array<() => void> = [];
  #watchers: Array<() => void> = [];

  constructor(name: string, mails: ReadonlyArray<Mail>) {
    this.name = name;
    this.mails = mails.map((mail) => ({ ...mail }));
  }

  /**
   * Lets something happen, once for a key. A key that comes again with other arguments is refused.
   * @returns what to answer
   */
  act(effect: Omit<Effect, 'id' | 'at'>, answer: () => string): { text: string; isError: boolean } {
    const { key, args, server, tool } = effect;
    const name = `${server}/${tool}/${key ?? ''}`;
    const known = key === null ? undefined : this.#keys.get(name);
    if (known !== undefined)
      return known.args === JSON.stringify(args)
        ? { text: known.answer, isError: false }
        : { text: 'This idempotency key was used with other arguments.', isError: true };
    this.effects.push({ ...effect, id: this.effects.length + 1, at: new Date().toISOString() });
    const text = answer();
    if (key !== null) this.#keys.set(name, { args: JSON.stringify(args), answer: text });
    return { text, isError: false };
  }

  hold(hold: Hold): void {
    this.#holds.push(hold);
  }

  /** Waits here if somebody wants a call of this tool to wait. */
  async pass(tool: string, when: Hold['when'], signal: AbortSignal): Promise<void> {
    const at = this.#holds.findIndex((hold) => hold.tool === tool && hold.when === when);
    if (at < 0) return;
    this.#holds.splice(at, 1);
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
      for (const wake of this.#watchers) wake();
    });
  }

  release(): void {
    this.#holds = [];
    for (const go of this.#waiting.splice(0)) go();
  }

  /** Resolves once so many calls wait. */
  async held(count: number): Promise<void> {
    while (this.#waiting.length < count) {
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
      this.#watchers = [];
    }
  }
}
