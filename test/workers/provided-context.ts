/** What the global setup of the workerd tests provides, and their files inject. */
declare module 'vitest' {
  interface ProvidedContext {
    /** Neon's protocol on `port`; `template` is a migrated, empty database that nobody connects to. */
    database: { port: number; template: string };
    /** The stand-in for Claude, for all files: tests name their requests by their text. */
    standIn: { url: string };
    /** The mail capture, for all files: tests wait for mail by its address. */
    mail: { url: string };
    /** The stand-in for Google. What is set there holds for the next request of any file that runs. */
    google: { url: string };
    /** The demo tools: each test takes a space of its own. */
    tools: { url: string };
    /** The official MCP server that shows everything the protocol has. */
    everything: { url: string };
  }
}

export type { ProvidedContext } from 'vitest';
