import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { areActs, keysOf, lossy, press } from '#web/test-acts.ts';
import { serve, signIn } from '#web/test-server.ts';
import { Begin } from './begin.tsx';
import { day } from './fixture.ts';

const start = 'POST /api/daily/runs';

test('a day whose answer was lost is begun again as the same one', async () => {
  const post = lossy();
  const asked = serve({ [start]: post({ run: day([]) }, 201) });
  signIn();
  render(<Begin />);
  await press('Start now', asked, start, 3);
  await screen.findByText(/Something broke/);
  expect(areActs(keysOf(asked, start))).toBe(true);
});

test('a dry run is another act than a day', async () => {
  const post = lossy();
  const asked = serve({ [start]: post({ run: day([]) }, 201) });
  signIn();
  render(<Begin />);
  await press('Start now', asked, start, 1);
  await screen.findByText(/Something broke/);
  await press('Dry run', asked, start, 2);
  const [first, second] = keysOf(asked, start);
  expect(second).not.toBe(first);
});
