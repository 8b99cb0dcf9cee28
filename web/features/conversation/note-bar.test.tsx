import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { idOf } from '#shared/protocol/fixtures.ts';
import { NoteBar } from './note-bar.tsx';

test('the beginning of a note is read without the marks of Markdown', () => {
  const text = '# Told so far\n\n- **nothing** of `snake_case`\n- 2 * 3';
  const note = { text, by: 'assistant' as const, updatedAt: '2026-11-20T10:00:00.000Z' };
  render(<NoteBar conversationId={idOf(1)} note={note} />);
  expect(screen.getByText(/^Told so far/, { selector: 'summary span' }).textContent).toBe(
    'Told so far nothing of snake_case 2 * 3',
  );
});
