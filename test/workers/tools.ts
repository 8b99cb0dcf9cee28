/** The demo tools for one test: a space of its own, what happened in it, and connections to its servers. */
import { inject } from 'vitest';
import { v4 as uuidv4 } from 'uuid';
import * as z from 'zod/mini';
import { Connection } from '#shared/protocol/connection.ts';
import type { TestBrowser } from '#worker/test-browser.ts';

const Ledger = z.object({
  effects: z.array(
    z.object({
      server: z.string(),
      tool: z.string(),
      args: z.record(z.string(), z.unknown()),
      key: z.nullable(z.string()),
    }),
  ),
  calls: z.array(
    z.object({
      server: z.string(),
      method: z.string(),
      tool: z.nullable(z.string()),
      hasBearer: z.boolean(),
    }),
  ),
});

/** Connects any server, as the page does. */
export async function connect(
  browser: TestBrowser,
  server: { url: string; name: string; token?: string | undefined },
): Promise<Connection> {
  const { url, name, token } = server;
  const auth = token === undefined ? { type: 'none' } : { type: 'bearer', token };
  const response = await browser.call('POST', '/api/connections', { body: { url, name, auth } });
  if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
  return z.object({ connection: Connection }).parse(await response.json()).connection;
}

/** Says what tools of a connection may do, and that their definitions were looked at. */
export async function allow(
  browser: TestBrowser,
  { tools }: Connection,
  setting: 'ask' | 'auto' | 'off',
): Promise<void> {
  const body = {
    settings: Object.fromEntries(tools.map(({ key }) => [key, setting])),
    reviewed: tools.map(({ key, hash }) => ({ key, hash })),
  };
  const response = await browser.call('PATCH', '/api/tools', { body });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
}

export class DemoTools {
  readonly base: string;

  /** @param url where the demo tools are; in workerd the one of the test run */
  constructor(url: string = inject('tools').url) {
    this.base = `${url}/s/${uuidv4()}`;
  }

  url(server: string): string {
    return `${this.base}/${server}/mcp`;
  }

  async ledger(): Promise<z.infer<typeof Ledger>> {
    return Ledger.parse(await (await fetch(`${this.base}/__ledger`)).json());
  }

  /** What really happened to the outside. */
  async effects() {
    return (await this.ledger()).effects;
  }

  async control(...actions: ReadonlyArray<Record<string, unknown>>): Promise<void> {
    const response = await fetch(`${this.base}/__control`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(actions),
    });
    if (!response.ok) throw new Error(`The demo tools refused: ${await response.text()}`);
  }

  /** Connects one of its servers. */
  connect(browser: TestBrowser, server: string, token?: string): Promise<Connection> {
    return connect(browser, { url: this.url(server), name: server, token });
  }

  /** As `allow`. */
  allow(browser: TestBrowser, connection: Connection, setting: 'ask' | 'auto' | 'off'): Promise<void> {
    return allow(browser, connection, setting);
  }
}
