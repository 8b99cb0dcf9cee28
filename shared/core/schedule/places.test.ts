import { expect, test } from 'vitest';
import { isTold, placesOf } from './places.ts';

const asks = { conversationId: 'c', scheduleId: 'new', again: false, open: ['a', 'b'], rev: 7 };

test('a schedule is counted once, claimed or there', () => {
  expect(placesOf(asks, { reported: null, claimed: [] })).toBe(2);
  // One is made and not reported, one is on its way.
  expect(placesOf(asks, { reported: { rev: 6, schedules: 1 }, claimed: ['b', 'c'] })).toBe(3);
  // Asked once more.
  expect(placesOf(asks, { reported: { rev: 6, schedules: 1 }, claimed: ['new'] })).toBe(2);
});

test('a report that overtook the question counts', () => {
  expect(placesOf(asks, { reported: { rev: 8, schedules: 5 }, claimed: ['x', 'new'] })).toBe(6);
  // One of them was removed, and nobody has heard of it yet.
  expect(placesOf(asks, { reported: { rev: 6, schedules: 5 }, claimed: [] })).toBe(2);
});

test('a report takes the place of a claim when it tells of its schedule', () => {
  const claim = { scheduleId: 'a', again: false };
  expect(isTold(claim, { open: ['b'], ended: [] })).toBe(false);
  expect(isTold(claim, { open: ['a'], ended: [] })).toBe(true);
  // What is done at once may be over before anybody reported it.
  expect(isTold(claim, { open: [], ended: ['a'] })).toBe(true);
  // That it had ended was known before it was to come due again.
  expect(isTold({ ...claim, again: true }, { open: [], ended: ['a'] })).toBe(false);
});
