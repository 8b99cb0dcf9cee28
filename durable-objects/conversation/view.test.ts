import { expect, it } from 'vitest';
import { newConversation } from '#shared/core/conversation/state.ts';
import { registryEntry } from './view.ts';

it('tells the calendar of schedules and webhooks that were removed, too', () => {
  const state = newConversation({ id: 'a', ownerId: 'b', kind: 'chat', title: null }, 0);
  expect(registryEntry(state, null).byItself).toBe(false);
  expect(registryEntry({ ...state, schedules: [] }, null).byItself).toBe(true);
  expect(registryEntry({ ...state, webhooks: [] }, null).byItself).toBe(true);
});
