/** What the global setup hands to the journeys. */
declare module 'vitest' {
  interface ProvidedContext {
    app: { url: string; demoUrl: string };
    /** The mail capture, and the stand-in for Google. */
    mail: { url: string };
    google: { url: string };
    /** The demo tools, and the stand-in for Slack. */
    tools: { url: string };
  }
}

export type { ProvidedContext } from 'vitest';
