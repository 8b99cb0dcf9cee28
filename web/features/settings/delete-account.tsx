/** The last question: what goes, and that it is meant. Then the page that shows it going. */
import { type FormEvent, useId, useState } from 'react';
import { confirming } from '#web/data/step-up.ts';
import { useAction } from '#web/data/use-action.ts';
import { forgetHere } from '#web/app/leave.ts';
import { go } from '#web/app/routes.ts';
import { useUser } from '#web/app/signed-in.ts';
import { Dialog } from '#web/ui/dialog.tsx';
import { Fault } from './section.tsx';

export function DeleteAccount({ onClose }: { onClose: () => void }) {
  const user = useUser();
  const [typed, setTyped] = useState('');
  const action = useAction();
  const field = useId();
  const meant = typed.trim().toLowerCase() === user.email.toLowerCase();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!meant) return;
    void action.run(async () => {
      const { deletionId } = await confirming.call('deleteMe');
      // First the page, then the session: else the way in would be seen in between.
      go(`/goodbye/${deletionId}`, { replace: true });
      await forgetHere();
    });
  };
  return (
    <Dialog title="Delete the account" onClose={onClose}>
      <p>This is what goes, and nobody can bring it back:</p>
      <ul className="goes">
        <li>all conversations with everything said and done in them, and whatever they would do later</li>
        <li>your profile, passwords, passkeys and recovery codes</li>
        <li>all API keys: what uses them is refused at once</li>
        <li>all devices are signed out, this one too</li>
      </ul>
      <p className="muted">A note that an account was deleted stays, without your name or address.</p>
      <form onSubmit={submit} noValidate>
        <label htmlFor={field}>
          To go on, type <b className="typed">{user.email}</b>
        </label>
        <input
          id={field}
          type="email"
          autoFocus
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Fault text={action.fault} />
        <div className="actions">
          <button type="button" onClick={onClose}>
            Keep the account
          </button>
          <button type="submit" className="danger" disabled={!meant || action.busy}>
            {action.busy ? 'One moment' : 'Delete for good'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
