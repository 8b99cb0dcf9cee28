import { act, fireEvent, render, screen } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { maxFileBytes } from '#shared/core/files.ts';
import type { FileRef } from '#shared/protocol/file.ts';
import { Composer } from '#web/features/conversation/composer.tsx';
import { attachedAt, forgetAttached } from '#web/features/conversation/attached.ts';
import { readDraft } from '#web/features/conversation/drafts.ts';
import { done, serve, signIn } from '#web/test-server.ts';
import { idOf } from '#shared/protocol/fixtures.ts';
import { toasts } from '#web/ui/toast.ts';
import { useState } from 'react';
import { faultOf, MOST_FILES } from './take-files.ts';

/** An upload that the test answers. */
class Upload {
  static all: Upload[] = [];
  readonly upload = new EventTarget();
  readonly headers = new Map<string, string>();
  readonly #events = new EventTarget();
  status = 0;
  responseText = '';
  body: unknown;
  aborted = false;
  open = (method: string, address: string) => this.headers.set('line', `${method} ${address}`);
  setRequestHeader = (name: string, value: string) => this.headers.set(name, value);
  addEventListener = (type: string, run: () => void) => this.#events.addEventListener(type, run);
  send(body: unknown) {
    this.body = body;
    Upload.all.push(this);
  }
  abort() {
    this.aborted = true;
    this.#events.dispatchEvent(new Event('abort'));
  }
  progress = (loaded: number, total: number) =>
    this.upload.dispatchEvent(new ProgressEvent('progress', { loaded, total }));
  fail = () => this.#events.dispatchEvent(new Event('error'));
  answer(status: number, json: unknown) {
    this.status = status;
    this.responseText = JSON.stringify(json);
    this.#events.dispatchEvent(new Event('load'));
  }
  take(file: FileRef) {
    const more = {
      kind: 'upload',
      conversationId: null,
      outside: true,
      createdAt: '2026-11-20T10:00:00.000Z',
    };
    this.answer(201, { file: { ...file, ...more } });
  }
}

const ref = (number: number, name = 'notes.txt'): FileRef => ({
  id: idOf(number),
  name,
  type: 'text/plain',
  size: 5,
});
const text = (name = 'notes.txt', words = 'Hello') => new File([words], name, { type: 'text/plain' });

let places = 0;
beforeEach(() => {
  Upload.all = [];
  vi.stubGlobal('XMLHttpRequest', Upload);
});

async function open(words = 'Look at this') {
  vi.stubGlobal('XMLHttpRequest', Upload);
  const asked = serve({ [`DELETE /api/files/${idOf(1)}`]: done });
  signIn();
  places += 1;
  const where = `place ${places}`;
  const store = attachedAt('ada', where);
  const sent: Array<[string, FileRef[]]> = [];
  function Holder() {
    const [typed, type] = useState(words);
    return (
      <Composer
        text={typed}
        setText={type}
        onSend={(said, files) => sent.push([said, files])}
        placeholder="Write"
        model={undefined}
        attached={store}
      />
    );
  }
  const { container } = render(<Holder />);
  await screen.findByRole('button', { name: 'Attach files' });
  const input = container.querySelector<HTMLInputElement>('input[type=file]')!;
  const choose = async (...files: File[]) => {
    await act(async () => fireEvent.change(input, { target: { files } }));
    await screen.findByRole('list', { name: 'Attached files' });
  };
  const enter = () => fireEvent.keyDown(screen.getByRole('textbox'), { key: 'Enter' });
  return { asked, sent, choose, enter, where };
}
const nth = (at: number) => vi.waitFor(() => Upload.all[at] ?? Promise.reject(new Error('not asked')));
const run = (what: () => unknown) => act(async () => void what());

test('a file is uploaded before it is sent, and only what the server has goes with the words', async () => {
  const { sent, choose, enter, where } = await open();
  await choose(text('Grüße 1.txt'));
  const upload = await nth(0);
  expect(upload.headers.get('line')).toBe('POST /api/files');
  expect(decodeURIComponent(upload.headers.get('x-file-name') ?? '')).toBe('Grüße 1.txt');
  expect(upload.headers.get('authorization')).toBe('Bearer token');
  await run(() => upload.progress(50, 200));
  expect(screen.getByRole<HTMLProgressElement>('progressbar', { name: 'Uploading Grüße 1.txt' }).value).toBe(
    0.25,
  );
  enter();
  expect(sent, 'not while it is under way').toEqual([]);
  await run(() => upload.take(ref(2)));
  expect(JSON.parse(readDraft('ada', `${where}:files`))).toEqual([ref(2)]);
  enter();
  expect(sent).toEqual([['Look at this', [ref(2)]]]);
  expect(screen.queryByRole('list', { name: 'Attached files' })).toBeNull();
  expect(readDraft('ada', `${where}:files`)).toBe('');
});

test('what failed says so, stops the sending, and is uploaded again', async () => {
  const { sent, choose, enter } = await open();
  await choose(text());
  await run(async () => (await nth(0)).fail());
  expect(screen.getByText(/there is no connection/)).toBeTruthy();
  enter();
  expect(sent).toEqual([]);
  await run(() => fireEvent.click(screen.getByRole('button', { name: 'Upload notes.txt again' })));
  await run(async () => (await nth(1)).take(ref(3)));
  enter();
  expect(sent).toEqual([['Look at this', [ref(3)]]]);
});

test('what is taken away is called off, or deleted where it was uploaded', async () => {
  const { asked, choose } = await open();
  await choose(text('one.txt'));
  const first = await nth(0);
  await run(() => fireEvent.click(screen.getByRole('button', { name: 'Remove one.txt' })));
  expect(first.aborted).toBe(true);
  await choose(text('two.txt'));
  await run(async () => (await nth(1)).take(ref(1, 'two.txt')));
  await run(() => fireEvent.click(screen.getByRole('button', { name: 'Remove two.txt' })));
  await vi.waitFor(() => expect(asked.map(({ what }) => what)).toContain(`DELETE /api/files/${idOf(1)}`));
});

test('what can never be sent is refused before anything is uploaded', async () => {
  expect(faultOf({ size: maxFileBytes })).toBeNull();
  expect(faultOf({ size: maxFileBytes + 1 })).toBe('Larger than 25 MB. Remove it.');
  const { choose } = await open();
  await choose(text('empty.txt', ''));
  expect(screen.getByText(/It is empty, or a folder/)).toBeTruthy();
  expect(screen.queryByRole('button', { name: /again/ })).toBeNull();
  expect(Upload.all).toEqual([]);
});

test('more than one message takes are left out, with a word', async () => {
  const { choose } = await open();
  await choose(...Array.from({ length: MOST_FILES + 2 }, (_, at) => text(`${at}.txt`)));
  expect(screen.getAllByRole('listitem')).toHaveLength(MOST_FILES);
  expect(toasts.get()?.text).toBe('One message takes 20 files. 2 were left out.');
});

test('files are taken where they are dropped and pasted; words that bring a picture of themselves are words', async () => {
  await open();
  const data = (types: string[], ...files: File[]) => ({ types, files });
  const composer = screen.getByRole('textbox');
  const paste = (types: string[], file: File) =>
    fireEvent.paste(composer, { clipboardData: data(types, file) });
  expect(paste(['text/plain', 'Files'], text('cells.png')), 'left to the browser').toBe(true);
  expect(screen.queryByText('cells.png')).toBeNull();
  await run(() => paste(['Files'], text('shot.txt')));
  expect(await screen.findByText('shot.txt')).toBeTruthy();
  fireEvent.dragOver(document.body, { dataTransfer: data(['Files']) });
  expect(screen.getByText('Drop to attach')).toBeTruthy();
  await run(() => fireEvent.drop(document.body, { dataTransfer: data(['Files'], text('fell.txt')) }));
  expect(screen.getByText('fell.txt')).toBeTruthy();
  expect(screen.queryByText('Drop to attach')).toBeNull();
});

test('after signing out nothing that was attached comes back, not even what was under way', async () => {
  const { choose, where } = await open();
  await choose(text('secret.txt'));
  const upload = await nth(0);
  await act(async () => forgetAttached());
  await run(() => upload.take(ref(1, 'secret.txt')));
  expect(readDraft('ada', `${where}:files`)).toBe('');
  expect(attachedAt('ada', where).get()).toEqual([]);
});

test('what was uploaded for a draft is still there after a reload', () => {
  localStorage.setItem('draft:ada:later:files', JSON.stringify([ref(9)]));
  expect(attachedAt('ada', 'later').get()[0]?.file).toEqual(ref(9));
  localStorage.setItem('draft:ada:broken:files', '{');
  expect(attachedAt('ada', 'broken').get()).toEqual([]);
  localStorage.clear();
});
