/** For component tests of what a person does again because no answer came: it was done all the same, and is one act. */
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect } from 'vitest';
import { type Asked, refusal } from './test-server.ts';

/** Makes answers to requests that are all done. Together they get lost each second time, beginning with the first. */
export function lossy() {
  let asked = 0;
  return (body: object, status: number) => () => {
    asked += 1;
    return asked % 2 === 1 ? refusal('internal') : Response.json(body, { status });
  };
}

/** The keys of all requests to one address, such as `POST /api/api-keys`. */
export const keysOf = (asked: Asked[], what: string) =>
  asked.filter((each) => each.what === what).map(({ key }) => key);

/** Presses a button until so many requests have gone out, each time when the one before was answered. */
export async function press(name: string, asked: Asked[], what: string, times: number) {
  for (let time = 1; time <= times; time += 1) {
    const button = await screen.findByRole('button', { name });
    await waitFor(() => expect(button).toHaveProperty('disabled', false));
    fireEvent.click(button);
    await waitFor(() => expect(keysOf(asked, what)).toHaveLength(time));
  }
}

/** A try without an answer and the next one are one act, what comes after them is another. */
export const areActs = ([first, second, ...later]: ReadonlyArray<string | null | undefined>) =>
  /^[0-9a-f-]{36}$/.test(first ?? '') && second === first && !later.includes(first);
