/** Signing out on purpose: the session ends everywhere in this browser, and what was typed here goes with it. */
import { outboxOf, session } from '#web/data/app.ts';
import { forgetAttached } from '#web/features/conversation/attached.ts';
import { clearDrafts } from '#web/features/conversation/drafts.ts';
import { toast } from '#web/ui/toast.ts';
import { go } from './routes.ts';

const ownOutbox = () => {
  const state = session.get();
  return state.status === 'in' ? outboxOf(state.user.id) : null;
};

/** How many messages would be lost: they are in this browser only. */
export const countUnsent = (): number =>
  ownOutbox()
    ?.get()
    .filter(({ state }) => state !== 'taken').length ?? 0;

/** Removes what was typed and the session from this browser. Throws when the server could not be told. */
async function forget(): Promise<void> {
  const state = session.get();
  ownOutbox()?.clear();
  forgetAttached();
  if (state.status === 'in') clearDrafts(state.user.id);
  await session.leave();
}

/** The account is no more: nothing of it stays in this browser. Never throws. */
export const forgetHere = (): Promise<void> => forget().catch(() => undefined);

/** Signs out. Without a connection the session ends here at once, and on the server when it next answers. */
export async function leaveNow(): Promise<void> {
  try {
    await forget();
  } catch {
    toast({ text: 'Signed out here. The server will be told as soon as it answers.' });
  }
  go('/', { replace: true });
}
