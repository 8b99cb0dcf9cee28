import { fireEvent, render, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { ProblemError } from '#shared/client/problem-error.ts';
import { Loading } from './section.tsx';

const problem = (code: 'bad_reply' | 'unavailable', status: number) =>
  new ProblemError({ code, status, title: '' });

test('what a newer release says in words of its own is read after a reload, and asked for again in vain', () => {
  const refetch = vi.fn();
  const { rerender } = render(
    <Loading error={problem('bad_reply', 200)} refetch={refetch} label="deliveries" />,
  );
  expect(screen.getByRole('alert').textContent).toMatch(/older than the app and cannot read the deliveries/);
  expect(screen.getByRole('button').textContent).toBe('Reload');
  // A page of something in between, or a server that is just being updated: that passes.
  for (const error of [problem('bad_reply', 502), problem('unavailable', 503)]) {
    rerender(<Loading error={error} refetch={refetch} label="deliveries" />);
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  }
  expect(refetch).toHaveBeenCalledTimes(2);
});
