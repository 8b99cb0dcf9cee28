/** Components that are loaded when they are first drawn, so that the first page stays small. */
import { type ComponentType, lazy } from 'react';

/** `load` fetches the module, `pick` takes the component out of it. Draw it inside a Suspense. */
export const later = <Module, Props>(
  load: () => Promise<Module>,
  pick: (module: Module) => ComponentType<Props>,
) => lazy(async () => ({ default: pick(await load()) }));
