/** One person and what surrounds them, over HTTP: the API, the stand-in for the model, the demo tools. */
import * as z from 'zod/mini';
import type { App } from '#dev/start/app.ts';
import { Session } from '#shared/protocol/account.ts';
import { Connection } from '#shared/protocol/connection.ts';
import { Conversation } from '#shared/protocol/conversation.ts';
import { EventPage } from '#shared/protocol/events.ts';

const Control = z.object({ ok: z.boolean() });
const Ledger = z.object({
  effects: z.array(
    z.object({ tool: z.string(), args: z.record(z.string(), z.unknown()), key: z.nullable(z.string()) }),
  ),
});
export type Effect = z.infer<typeof Ledger>['effects'][number];

const Journal = z.object({
  entries: z.array(
    z.object({ id: z.number(), held: z.boolean(), outcome: z.string(), stopReason: z.nullable(z.string()) }),
  ),
});
type Asked = z.infer<typeof Journal>['entries'][number];

/** What everybody signs up with. */
export const PASSWORD = 'correct horse battery';
/** How long anything may take until it counts as stuck. */
const STUCK_MS = 30_000;
/** Between two looks: a person may ask six hundred times a minute. */
const LOOK_MS = 150;
/** Longer than anything that a stand-in is told to wait for. */
const TOLD_MS = 60_000;

export class Visitor {
  readonly app: App;
  readonly #email: string;
  readonly #token: string;

  constructor(app: App, email: string, token: string) {
    this.app = app;
    this.#email = email;
    this.#token = token;
  }

  /** Signs up somebody new. */
  static signUp = (app: App, email: string): Promise<Visitor> => Visitor.#enter(app, 'sign-up', email);

  /** Signs in with an address that was signed up with `PASSWORD`. */
  static signIn = (app: App, email: string): Promise<Visitor> => Visitor.#enter(app, 'sign-in', email);

  /** The same person, signed in anew: a token lasts ten minutes. */
  again = (): Promise<Visitor> => Visitor.signIn(this.app, this.#email);

  static async #enter(app: App, path: 'sign-up' | 'sign-in', email: string): Promise<Visitor> {
    const response = await fetch(`${app.url}/api/auth/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password: PASSWORD }),
    });
    return new Visitor(app, email, Session.parse(await response.json()).accessToken);
  }

  /** @param key makes a repeat of the same harmless */
  async call(method: string, path: string, body?: unknown, key?: string): Promise<unknown> {
    const response = await fetch(`${this.app.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        'content-type': 'application/json',
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? null : response.json();
  }

  /** A new conversation without a word. */
  async talk(): Promise<string> {
    const made = z.object({ conversation: z.object({ id: z.string() }) });
    return made.parse(await this.call('POST', '/api/conversations', {})).conversation.id;
  }

  async conversation(id: string): Promise<Conversation> {
    const got = await this.call('GET', `/api/conversations/${id}`);
    return z.object({ conversation: Conversation }).parse(got).conversation;
  }

  /** Polls the log from outside until it satisfies. */
  async until(id: string, satisfied: (page: EventPage) => boolean): Promise<EventPage> {
    const end = Date.now() + STUCK_MS;
    for (;;) {
      const page = EventPage.parse(await this.call('GET', `/api/conversations/${id}/events`));
      if (satisfied(page)) return page;
      if (Date.now() > end) throw new Error(`still at event ${page.lastSeq} after 30 s`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** Tells the stand-in for the model. */
  async model(...actions: ReadonlyArray<Record<string, unknown>>): Promise<void> {
    if (this.app.demoUrl === undefined) throw new Error('the harness needs the stand-in');
    await command(new URL('/__control', this.app.demoUrl), actions);
  }

  /** The stand-in for the model answers without a pause. */
  async hurry(): Promise<void> {
    await this.model({ action: 'pace', firstTokenMs: 0, tokenMs: 0 });
  }

  /** What the stand-in for the model was asked with these words, oldest first. */
  async asked(words: string): Promise<Asked[]> {
    const url = new URL('/__journal', this.app.demoUrl);
    url.searchParams.set('text', words);
    return Journal.parse(await (await fetch(url)).json()).entries;
  }

  /** Connects a test server in a space of its own; its tools may do as `setting` says. */
  async connect(space: string, setting: 'ask' | 'auto'): Promise<void> {
    const url = `${this.#space(space)}/modern/mcp`;
    const body = { url, name: `modern ${space.slice(-4)}`, auth: { type: 'none' } };
    const made = await this.call('POST', '/api/connections', body);
    const { tools } = z.object({ connection: Connection }).parse(made).connection;
    await this.call('PATCH', '/api/tools', {
      settings: Object.fromEntries(tools.map(({ key }) => [key, setting])),
      reviewed: tools.map(({ key, hash }) => ({ key, hash })),
    });
  }

  /** Tells the demo tools of a space. */
  async tools(space: string, ...actions: ReadonlyArray<Record<string, unknown>>): Promise<void> {
    await command(`${this.#space(space)}/__control`, actions);
  }

  /** What really happened to the outside. */
  async effects(space: string): Promise<Effect[]> {
    return Ledger.parse(await (await fetch(`${this.#space(space)}/__ledger`)).json()).effects;
  }

  #space(space: string): string {
    if (this.app.toolsUrl === undefined) throw new Error('the harness needs the demo tools');
    return `${this.app.toolsUrl.replace(/\/$/, '')}/s/${space}`;
  }
}

/** Tells the development entry point: its `clock`, or the doorbell that it `ring`s. */
export async function tellDev(app: App, what: 'clock' | 'ring', body: object): Promise<void> {
  const response = await fetch(`${app.url}/__dev/${what}`, { method: 'POST', body: JSON.stringify(body) });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`/__dev/${what}: ${response.status}`);
}

async function command(url: URL | string, actions: ReadonlyArray<Record<string, unknown>>): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(actions),
    signal: AbortSignal.timeout(TOLD_MS),
  });
  const answer: unknown = await response.json();
  if (!response.ok || !Control.parse(answer).ok) throw new Error(`refused: ${JSON.stringify(answer)}`);
}
