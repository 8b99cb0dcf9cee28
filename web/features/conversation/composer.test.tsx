import { fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { describe, expect, test } from 'vitest';
import { Composer, MAX_LENGTH } from './composer.tsx';
import { readDraft, useDraft, writeDraft } from './drafts.ts';

function open({ running = false, text = '' } = {}) {
  const sent: string[] = [];
  const stops: number[] = [];
  function Holder() {
    const [words, setWords] = useState(text);
    return (
      <Composer
        text={words}
        setText={setWords}
        onSend={(said) => sent.push(said)}
        onStop={running ? () => stops.push(1) : undefined}
        placeholder="Write"
        model={{ name: 'claude-sonnet-5-5', demo: true }}
      />
    );
  }
  render(<Holder />);
  const field = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message to Claude' });
  const type = (words: string) => fireEvent.change(field, { target: { value: words } });
  return { field, type, sent, stops };
}

describe('the composer', () => {
  test('Enter sends the trimmed text once and empties the field; nothing is not sent', () => {
    const { field, type, sent } = open();
    fireEvent.keyDown(field, { key: 'Enter' });
    type('   \n ');
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(sent).toEqual([]);
    type('  Hello there  ');
    fireEvent.keyDown(field, { key: 'Enter' });
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(sent).toEqual(['Hello there']);
    expect(field.value).toBe('');
  });

  test('Shift+Enter makes a line, and keys of a composition are the input method’s', () => {
    const { field, type, sent } = open();
    type('こんにち');
    expect(fireEvent.keyDown(field, { key: 'Enter', shiftKey: true }), 'left to the browser').toBe(true);
    fireEvent.keyDown(field, { key: 'Enter', isComposing: true });
    fireEvent.keyDown(field, { key: 'Enter', keyCode: 229 });
    expect(sent).toEqual([]);
    expect(fireEvent.keyDown(field, { key: 'Enter' }), 'taken from the browser').toBe(false);
    expect(sent).toEqual(['こんにち']);
  });

  test('pasted lines stay in the field until they are sent', () => {
    const { field, type, sent } = open();
    fireEvent.paste(field, { clipboardData: { getData: () => 'one\ntwo\n' } });
    type('one\ntwo\n');
    expect(sent).toEqual([]);
    fireEvent.click(screen.getByRole('button', { name: 'Send' }));
    expect(sent).toEqual(['one\ntwo']);
  });

  test('what is too long is said and not sent, and nothing of it is lost', () => {
    const { field, type, sent } = open();
    type('x'.repeat(MAX_LENGTH + 12));
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(sent).toEqual([]);
    expect(screen.getByRole('status').textContent).toBe('12 characters too long');
    expect(field.value).toHaveLength(MAX_LENGTH + 12);
    expect(field.getAttribute('aria-invalid')).toBe('true');
  });

  test('while a reply is written there is always a way to stop it, and words can still be sent', () => {
    const { field, type, sent, stops } = open({ running: true });
    expect(screen.queryByRole('button', { name: 'Send' })).toBeNull();
    type('one more thing');
    fireEvent.click(screen.getByRole('button', { name: 'Stop' }));
    expect(stops).toHaveLength(1);
    expect(sent).toEqual([]);
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(sent).toEqual(['one more thing']);
  });

  test('says when a stand-in answers', () => {
    open();
    expect(screen.getByText('Demo model')).toBeTruthy();
  });
});

describe('drafts', () => {
  test('are kept for each person and place, and come back', () => {
    function Field({ where }: { where: string }) {
      const [text, setText] = useDraft('ada', where);
      return <input aria-label={where} value={text} onChange={(event) => setText(event.target.value)} />;
    }
    const first = render(<Field where="one" />);
    fireEvent.change(screen.getByLabelText('one'), { target: { value: 'half a thought' } });
    first.unmount();
    expect(readDraft('ada', 'one')).toBe('half a thought');
    expect(readDraft('bob', 'one')).toBe('');
    render(<Field where="one" />);
    expect(screen.getByLabelText<HTMLInputElement>('one').value).toBe('half a thought');
    writeDraft('ada', 'one', '');
    expect(Object.keys(localStorage)).toEqual([]);
  });
});
