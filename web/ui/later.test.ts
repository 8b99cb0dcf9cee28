import { expect, it } from 'vitest';
import { persist } from './later.ts';

it('loads a part again while the server restarts, and gives up in the end with the reason', async () => {
  const pauses: number[] = [];
  const wait = async (ms: number) => void pauses.push(ms);
  let failures = 3;
  const load = async () => {
    if (failures-- > 0) throw new TypeError('Failed to fetch');
    return 'the part';
  };
  expect(await persist(load, wait)).toBe('the part');
  expect(pauses).toEqual([250, 500, 1_000]);
  failures = 100;
  await expect(persist(load, wait)).rejects.toThrow('Failed to fetch');
});
