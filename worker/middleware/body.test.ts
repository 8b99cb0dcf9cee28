import { expect, it } from 'vitest';
import { readBytes } from './body.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const request = (body: ReadableStream<Uint8Array>) =>
  new Request('https://x/', { method: 'POST', body, duplex: 'half' } as RequestInit);

it('never takes for whole what did not come to its end in time', async () => {
  const slow = new ReadableStream<Uint8Array>({ start: (sender) => sender.enqueue(bytes('{"pay":1')) });
  expect(await readBytes(request(slow), 100, 1)).toEqual({ ok: false, code: 'too_slow' });
});

it('reads what comes in time, and no more than it may', async () => {
  const whole = () =>
    new ReadableStream<Uint8Array>({
      start: (sender) => {
        sender.enqueue(bytes('ab'));
        sender.enqueue(bytes('c'));
        sender.close();
      },
    });
  expect(await readBytes(request(whole()), 3)).toEqual({ ok: true, bytes: bytes('abc') });
  expect(await readBytes(request(whole()), 2)).toEqual({ ok: false, code: 'too_large' });
});

it('takes a body whose sender hung up for none', async () => {
  let sent = false;
  const cut = new ReadableStream<Uint8Array>({
    pull: (sender) => {
      if (sent) sender.error(new Error('hung up'));
      else sender.enqueue(bytes('{"pay":1'));
      sent = true;
    },
  });
  expect(await readBytes(request(cut), 100)).toEqual({ ok: false, code: 'too_slow' });
});
