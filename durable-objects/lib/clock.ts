/** The clock that the worker and all objects of this isolate share. Only the development entry point moves it. */
import { makeClock } from '#shared/core/clock.ts';

// Asked for each time rather than taken once, so that a test that sets the platform's clock sets this one too.
export const clock = makeClock(() => Date.now());
