import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { File } from '#shared/protocol/file.ts';
import { UserContext } from '#web/app/signed-in.ts';
import { ada, done, refusal, serve, signIn } from '#web/test-server.ts';
import { idOf } from '#shared/protocol/fixtures.ts';
import { FilesSection } from './files.tsx';

const file: File = {
  id: idOf(51),
  name: 'receipt.pdf',
  type: 'application/pdf',
  size: 186_404,
  kind: 'upload',
  conversationId: idOf(31),
  outside: true,
  createdAt: '2026-11-20T10:00:00.000Z',
};

function open(answers: Parameters<typeof serve>[0]) {
  const asked = serve({ 'GET /api/files': Response.json({ items: [file], nextCursor: null }), ...answers });
  signIn();
  render(
    <UserContext value={ada}>
      <FilesSection />
    </UserContext>,
  );
  return asked;
}

test('a file says what it is and where it came from, and is deleted only after it was asked', async () => {
  const asked = open({ [`DELETE /api/files/${file.id}`]: done });
  expect((await screen.findByText('receipt.pdf')).closest('li')?.textContent).toMatch(
    /from outside.*PDF · 182 KB · Uploaded by you/,
  );
  expect(screen.getByRole('link').getAttribute('href')).toBe(`/c/${idOf(31)}`);
  fireEvent.click(screen.getByRole('button', { name: 'Delete receipt.pdf' }));
  expect(asked.some(({ what }) => what.startsWith('DELETE'))).toBe(false);
  fireEvent.click(screen.getByRole('button', { name: 'Delete it' }));
  expect(await screen.findByText('No files yet')).toBeTruthy();
});

test('a download that fails says why, and the file stays', async () => {
  open({ [`GET /api/files/${file.id}`]: refusal('not_found') });
  fireEvent.click(await screen.findByRole('button', { name: 'Download receipt.pdf' }));
  await waitFor(() => expect(screen.getByRole('alert').textContent).toMatch(/not here any more/));
  expect(screen.getByText('receipt.pdf')).toBeTruthy();
});
