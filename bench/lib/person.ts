/** Somebody who uses the running app over its API, with the stand-ins that answer for the outside. */
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { App } from '#dev/start/app.ts';
import { Session } from '#shared/protocol/account.ts';
import { Connection } from '#shared/protocol/connection.ts';
import { Conversation } from '#shared/protocol/conversation.ts';
import { EventPage } from '#shared/protocol/events.ts';

const password = 'correct horse battery';
const patienceMs = 60_000;

export class Person {
  readonly #app: App;
  #token = '';

  constructor(app: App) {
    this.#app = app;
  }

  async signUp(): Promise<void> {
    const email = `bench-${crypto.randomUUID()}@example.com`;
    this.#token = Session.parse(
      await this.#call('POST', '/api/auth/sign-up', { email, password }),
    ).accessToken;
  }

  /** Connects one of the demo tools' servers and lets all of its tools run unasked. */
  async connect(server: string): Promise<void> {
    const url = `${this.#app.toolsUrl}/s/${crypto.randomUUID()}/${server}/mcp`;
    const made = await this.#call('POST', '/api/connections', { url, name: server, auth: { type: 'none' } });
    const { tools } = z.object({ connection: Connection }).parse(made).connection;
    await this.#call('PATCH', '/api/tools', {
      settings: Object.fromEntries(tools.map(({ key }) => [key, 'auto'])),
      reviewed: tools.map(({ key, hash }) => ({ key, hash })),
    });
  }

  async begin(): Promise<string> {
    const made = await this.#call('POST', '/api/conversations', {});
    return z.object({ conversation: Conversation }).parse(made).conversation.id;
  }

  /** Says something that the model answers with one call; says yes where that is asked. @returns the result's words */
  async use(conversationId: string, name: string, input: Record<string, unknown>): Promise<string> {
    const text = `use ${name} ${crypto.randomUUID()}`;
    const reply = [{ type: 'tool_use', name, input }];
    await this.#tellStandIn({ action: 'queue', match: { text, kind: 'chat' }, reply });
    await this.#call('POST', `/api/conversations/${conversationId}/messages`, { text });
    const asked = await this.#whenQuiet(conversationId);
    const [question] = asked.questions;
    if (question !== undefined) {
      const path = `/api/conversations/${conversationId}/questions/${question.id}/answer`;
      await this.#call('POST', path, { decision: 'approve' });
      await this.#whenQuiet(conversationId);
    }
    const events = await this.#call('GET', `/api/conversations/${conversationId}/events`);
    const ended = EventPage.parse(events).events.findLast(({ type }) => type === 'tool_ended');
    if (ended?.type !== 'tool_ended' || ended.isError) throw new Error(`${name}: ${JSON.stringify(ended)}`);
    return ended.text;
  }

  async #whenQuiet(id: string): Promise<Conversation> {
    for (const end = Date.now() + patienceMs; Date.now() < end; await delay(150)) {
      const got = await this.#call('GET', `/api/conversations/${id}`);
      const { conversation } = z.object({ conversation: Conversation }).parse(got);
      if (!conversation.working) return conversation;
    }
    throw new Error(`The turn did not end in ${patienceMs} ms.`);
  }

  async #call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.#app.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.#token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  async #tellStandIn(action: object): Promise<void> {
    const response = await fetch(new URL('/__control', this.#app.demoUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(action),
    });
    if (!response.ok) throw new Error(`The stand-in refused: ${await response.text()}`);
  }
}
