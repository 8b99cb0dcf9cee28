import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { toasts } from '#web/ui/toast.ts';
import { framesOf } from './live-env.ts';

test('a frame that this page cannot read says that the page is too old, and offers a reload', () => {
  const read = framesOf(z.object({ outcome: z.enum(['done', 'failed']) }));
  expect(read('{"outcome":"done","more":1}')).toEqual({ outcome: 'done' });
  expect(toasts.get()).toBeNull();
  expect(() => read('{"outcome":"invented later"}')).toThrow('outcome');
  expect(toasts.get()).toMatchObject({
    text: 'The app is newer than this page.',
    action: { label: 'Reload' },
  });
  toasts.set(null);
});
