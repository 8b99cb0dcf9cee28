import type { FetchQueryOptions } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { queryClient } from './app.ts';
import { amend, renew } from './security.ts';

test('an answer that was asked for before a change does not take the place of the one after it', async () => {
  const answers: Array<(value: string) => void> = [];
  const query: FetchQueryOptions<string> = {
    queryKey: ['renewed'],
    queryFn: () => new Promise<string>((resolve) => answers.push(resolve)),
  };
  queryClient.setQueryData(['renewed'], 'paused');
  const early = renew(query);
  await expect.poll(() => answers.length).toBe(1);
  amend(query, () => 'live');
  const late = renew(query);
  await expect.poll(() => answers.length).toBe(2);
  expect(queryClient.getQueryData(['renewed'])).toBe('live');
  answers[1]?.('live, next at eight');
  answers[0]?.('paused');
  await Promise.all([early, late]);
  expect(queryClient.getQueryData(['renewed'])).toBe('live, next at eight');
  queryClient.clear();
});
