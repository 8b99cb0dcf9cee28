/** The clock that the worker and all objects of this isolate share. Only the development entry point moves it. */
import { makeClock } from '#shared/core/clock.ts';

export const clock = makeClock(Date.now);
