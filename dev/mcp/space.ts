/** One world of the demo tools: what happened in it, what is planted in it, and how its servers behave. */
import { canonical } from '#dev/stand-in/json.ts';
import { Holds } from './holds.ts';
import { type Mail, mailbox } from './mailbox.ts';

type Value = Readonly<Record<string, unknown>>;

/** Something that really happened to the outside: what a test judges by. */
export interface Effect {
  readonly id: number;
  /** ISO, in UTC. */
  readonly at: string;
  readonly server: string;
  readonly tool: string;
  readonly args: Value;
  /** The idempotency key it came with. */
  readonly key: string | null;
  /** An earlier effect of the same tool with the same arguments: it was done twice. */
  readonly duplicateOf?: number;
}

/** One request that was seen. Whether a bearer came, never which. */
export interface Seen {
  readonly server: string;
  /** Of JSON-RPC; `answer` for an answer of the client; the HTTP method and path where it is no JSON-RPC. */
  readonly method: string;
  readonly tool: string | null;
  readonly hasBearer: boolean;
  /** As the headers say it. */
  readonly protocolVersion: string | null;
}

export interface Mode {
  /** `slow`: answers after `ms`. */
  readonly mode: 'ok' | 'down' | 'hang' | 'unauthorized' | 'slow';
  /** Milliseconds. */
  readonly ms: number;
  /** Only for requests of this JSON-RPC method. */
  readonly method?: string | undefined;
}

export interface Change {
  readonly description?: string | undefined;
  readonly schema?: Value | undefined;
  readonly annotations?: Value | undefined;
}

export interface Plant {
  readonly where: 'mail' | 'page' | 'note' | 'result' | 'description';
  readonly text: string;
  /** Only with this tool. */
  readonly tool?: string | undefined;
}

/** What `Space.act` made of it. */
export interface Done {
  readonly text: string;
  readonly isError: boolean;
}

const MAX_CALLS = 5_000;

export class Space {
  readonly name: string;
  readonly holds = new Holds();
  readonly effects: Effect[] = [];
  readonly calls: Seen[] = [];
  readonly modes = new Map<string, Mode>();
  /** By `server/tool`. */
  readonly changes = new Map<string, Change>();
  readonly mails: Mail[] = [];
  readonly drafts: Value[] = [];
  readonly notes: Array<{ id: string; text: string }> = [];
  readonly #now: () => number;
  readonly #plants: Plant[] = [];
  readonly #answers = new Map<string, { readonly args: string; readonly text: string }>();

  /** @param now milliseconds */
  constructor(name: string, now: () => number) {
    this.name = name;
    this.#now = now;
    this.reset();
  }

  /** Lets something happen, once for a key: again it answers as before. A key with other arguments is refused. */
  act(effect: Pick<Effect, 'server' | 'tool' | 'args' | 'key'>, answer: () => string): Done {
    const { key, server, tool } = effect;
    const args = canonical(effect.args);
    const name = `${server}/${tool}/${key ?? ''}`;
    const before = key === null ? undefined : this.#answers.get(name);
    if (before !== undefined)
      return before.args === args
        ? { text: before.text, isError: false }
        : { text: 'This idempotency key was used with other arguments.', isError: true };
    const twin = this.effects.find(
      (other) => other.server === server && other.tool === tool && canonical(other.args) === args,
    );
    this.effects.push({
      id: this.effects.length + 1,
      at: new Date(this.#now()).toISOString(),
      ...effect,
      ...(twin === undefined ? {} : { duplicateOf: twin.id }),
    });
    const text = answer();
    if (key !== null) this.#answers.set(name, { args, text });
    return { text, isError: false };
  }

  /** Of many requests the newest are kept. */
  see(call: Seen): void {
    this.calls.push(call);
    if (this.calls.length > MAX_CALLS) this.calls.shift();
  }

  plant(plant: Plant): void {
    this.#plants.push(plant);
  }

  /** @param tool whose words these are */
  planted(where: Plant['where'], tool: string): string[] {
    return this.#plants
      .filter((plant) => plant.where === where && (plant.tool === undefined || plant.tool === tool))
      .map(({ text }) => text);
  }

  /** As nobody had been here yet. Calls that wait go on. */
  reset(): void {
    this.holds.release();
    for (const list of [this.effects, this.calls, this.drafts, this.notes, this.#plants]) list.length = 0;
    for (const map of [this.modes, this.changes, this.#answers]) map.clear();
    this.mails.splice(0, this.mails.length, ...mailbox.map((mail) => ({ ...mail })));
  }
}
