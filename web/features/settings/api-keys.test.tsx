import { fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { UserContext } from '#web/app/signed-in.ts';
import { ada, done, refusal, serve, signIn } from '#web/test-server.ts';
import { ApiKeysSection } from './api-keys.tsx';
import { curlLine } from './scope-words.ts';

const SECRET = `agt_${'0'.repeat(64)}_${'k'.repeat(43)}`;
const apiKey = {
  id: '019a0000-0000-7000-8000-000000000030',
  name: 'Laptop',
  scopes: ['read', 'files'],
  hint: 'agt_0000…kkkk',
  createdAt: '2026-11-20T10:00:00.000Z',
  expiresAt: null,
  lastUsedAt: null,
};

function open(answers: Parameters<typeof serve>[0]) {
  const asked = serve({ 'GET /api/api-keys': Response.json({ items: [], nextCursor: null }), ...answers });
  signIn();
  render(
    <UserContext value={ada}>
      <ApiKeysSection />
    </UserContext>,
  );
  return asked;
}

test('a key is made with the scopes that were ticked; its secret is shown once and forgotten on closing', async () => {
  const asked = open({ 'POST /api/api-keys': Response.json({ apiKey, secret: SECRET }, { status: 201 }) });
  fireEvent.click(await screen.findByRole('button', { name: 'New key' }));
  const create = screen.getByRole<HTMLButtonElement>('button', { name: 'Create key' });
  expect(create.disabled, 'without a name').toBe(true);
  fireEvent.change(screen.getByLabelText('Name'), { target: { value: '  Laptop ' } });
  fireEvent.click(screen.getByRole('checkbox', { name: /^Read/ }));
  expect(create.disabled, 'a key that may do nothing').toBe(true);
  fireEvent.click(screen.getByRole('checkbox', { name: /^Read/ }));
  fireEvent.click(screen.getByRole('checkbox', { name: /^Files/ }));
  fireEvent.change(screen.getByLabelText('Works for'), { target: { value: 'null' } });
  fireEvent.click(create);

  const dialog = await screen.findByRole('dialog', { name: 'Copy your key now' });
  expect(asked.find(({ what }) => what === 'POST /api/api-keys')?.body).toEqual({
    name: 'Laptop',
    scopes: ['read', 'files'],
    expiresAt: null,
  });
  expect(within(dialog).getByLabelText('API key').textContent).toBe(SECRET);
  expect(within(dialog).getByLabelText('A first call').textContent).toBe(
    `curl -H "Authorization: Bearer ${SECRET}" ${location.origin}/api/conversations`,
  );
  // Neither Escape nor a click beside it takes away what cannot be shown again.
  fireEvent(dialog, new Event('cancel', { cancelable: true }));
  fireEvent.click(dialog);
  expect(within(dialog).getByLabelText('API key').textContent).toBe(SECRET);

  fireEvent.click(within(dialog).getByRole('button', { name: 'I have copied it' }));
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(document.body.innerHTML).not.toContain(SECRET);
  expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain('agt_');
  expect(screen.getByText('Laptop')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'New key' }));
  expect(document.body.innerHTML).not.toContain(SECRET);
});

test('a refusal keeps what was typed and says why', async () => {
  open({ 'POST /api/api-keys': refusal('limit_reached') });
  fireEvent.click(await screen.findByRole('button', { name: 'New key' }));
  fireEvent.change(screen.getByLabelText('Name'), { target: { value: 'One too many' } });
  fireEvent.click(screen.getByRole('button', { name: 'Create key' }));
  expect((await screen.findByRole('alert')).textContent).toMatch(/as many of these as there can be/);
  expect(screen.getByLabelText<HTMLInputElement>('Name').value).toBe('One too many');
});

test('revoking asks first, and takes the key out of the list when it is done', async () => {
  const asked = open({
    'GET /api/api-keys': Response.json({ items: [apiKey], nextCursor: null }),
    [`DELETE /api/api-keys/${apiKey.id}`]: done,
  });
  fireEvent.click(await screen.findByRole('button', { name: 'Revoke Laptop' }));
  expect(asked.some(({ what }) => what.startsWith('DELETE'))).toBe(false);
  fireEvent.click(screen.getByRole('button', { name: 'Revoke' }));
  await waitFor(() => expect(asked.some(({ what }) => what.startsWith('DELETE'))).toBe(true));
});

test('the first call fits what the key may do', () => {
  expect(curlLine('K', ['read', 'write'], 'https://app.test')).toBe(
    'curl -H "Authorization: Bearer K" https://app.test/api/conversations',
  );
  expect(curlLine('K', ['write'], 'https://app.test')).toContain('--json');
  expect(curlLine('K', ['hooks'], 'https://app.test')).toBeNull();
});
