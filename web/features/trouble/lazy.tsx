/** The doors to what goes wrong. Until it is loaded, and if it cannot be, there is nothing in its place. */
import { lazy } from 'react';

const load = () => import('./trouble.tsx');

export const Fault = lazy(async () => ({ default: (await load()).Fault }));
export const Refused = lazy(async () => ({ default: (await load()).Refused }));
export const TurnMark = lazy(async () => ({ default: (await load()).TurnMark }));
export const Retrying = lazy(async () => ({ default: (await load()).Retrying }));

/** Somebody begins to write: what may go wrong with it must be there even if the connection is not. */
export const prepare = (): void => void load().catch(() => undefined);
