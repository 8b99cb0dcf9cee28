/** What every signed-in page may ask for: who it is, and their outbox. */
import { createContext, use } from 'react';
import type { User } from '#shared/protocol/account.ts';
import { outboxOf } from '#web/data/app.ts';
import { useStore } from '#web/ui/store.ts';

const nobody: User = { id: '', email: '', emailVerified: true, name: '', timezone: 'UTC', createdAt: '' };

/** Set by the shell around every signed-in page. */
export const UserContext = createContext<User>(nobody);

export const useUser = (): User => use(UserContext);

/** The user's outbox and what is in it now. */
export function useOutbox() {
  const outbox = outboxOf(useUser().id);
  return { outbox, items: useStore(outbox) };
}
