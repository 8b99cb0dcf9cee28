import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { UserContext } from '#web/app/signed-in.ts';
import { useAction } from '#web/data/use-action.ts';
import { confirming } from '#web/data/step-up.ts';
import { ada, done, refusal, serve, signIn } from '#web/test-server.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';

const security = {
  hasPassword: true,
  secondFactor: false,
  recoveryCodesLeft: 0,
  passkeys: [],
  identities: [],
  confirmedUntil: null,
};

function open(answers: Parameters<typeof serve>[0]) {
  const asked = serve({ 'GET /api/me/security': Response.json(security), ...answers });
  signIn();
  const outcomes: boolean[] = [];
  function Holder() {
    const { busy, fault, run } = useAction();
    const act = async () => {
      outcomes.push(
        await run(() =>
          Promise.all([
            confirming.call('unlinkGoogle'),
            confirming.call('changeEmail', { body: { email: 'a@b.co' } }),
          ]),
        ),
      );
    };
    return (
      <>
        <button type="button" onClick={() => void act()}>
          {busy ? 'Working' : 'Act'}
        </button>
        <p>{fault ?? 'no fault'}</p>
        <ConfirmDialog />
      </>
    );
  }
  render(
    <UserContext value={ada}>
      <Holder />
    </UserContext>,
  );
  fireEvent.click(screen.getByRole('button', { name: 'Act' }));
  const type = (password: string) => {
    fireEvent.change(screen.getByLabelText('Password'), { target: { value: password } });
    fireEvent.click(screen.getByRole('button', { name: 'Confirm' }));
  };
  const count = (what: string) => asked.filter((one) => one.what === what).length;
  return { asked, outcomes, type, count };
}

test('one question for all calls that want a proof; a wrong password asks again, the right one repeats them', async () => {
  let present = false;
  const careful = () => (present ? done() : refusal('confirm_identity'));
  const page = open({
    'DELETE /api/me/google': careful,
    'POST /api/me/email': () => (present ? new Response(null, { status: 202 }) : refusal('confirm_identity')),
    'POST /api/me/confirm': ({ body }) => {
      present = JSON.stringify(body) === JSON.stringify({ password: 'the right one' });
      return present ? done() : refusal('bad_credentials');
    },
  });
  await screen.findByLabelText('Password');
  expect(screen.getAllByRole('dialog')).toHaveLength(1);
  page.type('not the right one');
  await screen.findByText('This is not your password.');
  expect(page.count('POST /api/me/confirm')).toBe(1);
  expect(page.outcomes).toEqual([]);
  page.type('the right one');
  await waitFor(() => expect(page.outcomes).toEqual([true]));
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(page.count('DELETE /api/me/google')).toBe(2);
  expect(page.count('POST /api/me/email')).toBe(2);
});

test('closing the question calls it off: nothing is repeated, and nobody is told what they just did', async () => {
  const page = open({
    'DELETE /api/me/google': refusal('confirm_identity'),
    'POST /api/me/email': refusal('confirm_identity'),
  });
  await screen.findByLabelText('Password');
  fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  await waitFor(() => expect(page.outcomes).toEqual([false]));
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(screen.getByText('no fault')).toBeTruthy();
  expect(page.count('DELETE /api/me/google')).toBe(1);
  // It can be asked anew.
  fireEvent.click(screen.getByRole('button', { name: 'Act' }));
  await screen.findByLabelText('Password');
  fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  await waitFor(() => expect(page.outcomes).toEqual([false, false]));
});

test('who has neither password nor passkey is led to Google, and back to this page', async () => {
  open({
    'GET /api/me/security': Response.json({ ...security, hasPassword: false }),
    'GET /api/auth/ways': Response.json({ google: 'on', mail: true }),
    'DELETE /api/me/google': refusal('confirm_identity'),
    'POST /api/me/email': refusal('confirm_identity'),
  });
  const link = await screen.findByRole('link', { name: 'Continue with Google' });
  expect(link.getAttribute('href')).toBe(
    `/api/auth/google?returnTo=${encodeURIComponent(location.pathname)}`,
  );
  expect(screen.queryByLabelText('Password')).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
});
