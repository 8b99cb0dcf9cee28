import { fireEvent, render, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { UserContext } from '#web/app/signed-in.ts';
import { ada, serve, signIn } from '#web/test-server.ts';
import { SecondFactorSection } from './second-factor.tsx';

const codes = Array.from({ length: 10 }, (_, index) => `code-${index}${index}${index}`);
const passkey = {
  id: '019a0000-0000-7000-8000-000000000040',
  name: 'Phone',
  synced: true,
  createdAt: '2026-11-20T10:00:00.000Z',
  lastUsedAt: null,
};
const security = {
  hasPassword: true,
  secondFactor: false,
  recoveryCodesLeft: 0,
  passkeys: [passkey],
  identities: [],
  confirmedUntil: null,
};

function open(has: Partial<typeof security> = {}) {
  const asked = serve({ 'PUT /api/me/second-factor': Response.json({ recoveryCodes: codes }) });
  signIn();
  render(
    <UserContext value={ada}>
      <SecondFactorSection security={{ ...security, ...has }} />
    </UserContext>,
  );
  return asked;
}

test('turning the second step on shows the codes once; they leave only when they are said to be saved', async () => {
  const asked = open();
  fireEvent.click(screen.getByRole('switch'));
  const dialog = await screen.findByRole('dialog', { name: 'Save your recovery codes' });
  expect(asked.find(({ what }) => what === 'PUT /api/me/second-factor')?.body).toEqual({ on: true });
  for (const code of codes) expect(dialog.textContent).toContain(code);

  const copied: string[] = [];
  vi.stubGlobal('navigator', { clipboard: { writeText: async (text: string) => void copied.push(text) } });
  fireEvent.click(screen.getByRole('button', { name: 'Copy the codes' }));
  expect(copied).toEqual([codes.join('\n')]);

  const close = screen.getByRole<HTMLButtonElement>('button', { name: 'Done' });
  expect(close.disabled).toBe(true);
  fireEvent(dialog, new Event('cancel', { cancelable: true }));
  expect(screen.queryByRole('dialog'), 'Escape does not take them away').not.toBeNull();
  fireEvent.click(screen.getByRole('checkbox', { name: 'I have saved them' }));
  fireEvent.click(close);
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(document.body.innerHTML).not.toContain(codes[0]);
});

test('without a passkey it cannot be turned on; when few codes are left, it says so', () => {
  open({ passkeys: [] });
  expect(screen.getByRole<HTMLButtonElement>('switch').disabled).toBe(true);
  expect(screen.getByText(/Add a passkey first/)).toBeTruthy();
});

test('turning it off asks first', async () => {
  const asked = open({ secondFactor: true, recoveryCodesLeft: 1 });
  expect(screen.getByText(/1 recovery code is left/)).toBeTruthy();
  fireEvent.click(screen.getByRole('switch'));
  expect(asked.some(({ what }) => what.startsWith('PUT'))).toBe(false);
  expect(screen.getByRole('dialog', { name: 'Turn off the second step' })).toBeTruthy();
});
