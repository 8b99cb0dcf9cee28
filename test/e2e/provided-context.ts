/** What the global setup hands to the journeys. */
declare module 'vitest' {
  interface ProvidedContext {
    app: { url: string; demoUrl: string };
  }
}

export type { ProvidedContext } from 'vitest';
