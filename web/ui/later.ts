/** Components that are loaded when they are first drawn, so that the first page stays small. */
import { type ComponentType, lazy } from 'react';

/** Milliseconds between the tries: a server that restarts is back within seconds. */
const PAUSES = [250, 500, 1_000, 2_000, 4_000, 4_000, 4_000];

/**
 * Loads a part, and tries again while it cannot be had: a part that is asked for in the second in which the server
 * restarts would else be missing until a reload. Throws what the last try threw.
 */
export async function persist<Module>(
  load: () => Promise<Module>,
  wait: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
): Promise<Module> {
  for (const pause of PAUSES) {
    try {
      return await load();
    } catch {
      await wait(pause);
    }
  }
  return load();
}

/** `load` fetches the module, `pick` takes the component out of it. Draw it inside a Suspense. */
export const later = <Module, Props>(
  load: () => Promise<Module>,
  pick: (module: Module) => ComponentType<Props>,
) => lazy(async () => ({ default: pick(await persist(load)) }));
