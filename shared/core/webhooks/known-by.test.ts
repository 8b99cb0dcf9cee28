import { expect, it } from 'vitest';
import type { WebhookScheme } from '#shared/protocol/webhook.ts';
import { knownBy } from './schemes.ts';

const by = (scheme: WebhookScheme, body: unknown, signedId: string | null = null) =>
  knownBy(scheme, { signedId, body, header: 'of-the-sender' });

it('believes a header only where nothing is signed', () => {
  expect(by('url', {})).toEqual({ type: 'name', name: 'of-the-sender' });
  for (const scheme of ['github', 'slack', 'stripe'] as const)
    expect(by(scheme, {})).toMatchObject({ type: 'bytes' });
});

it('takes the id that is signed, in the headers or in the body', () => {
  expect(by('standard', {}, 'msg_1')).toEqual({ type: 'name', name: 'msg_1' });
  expect(by('slack', { event_id: 'Ev1' })).toEqual({ type: 'name', name: 'Ev1' });
  expect(by('stripe', { id: 'evt_1' })).toEqual({ type: 'name', name: 'evt_1' });
});

it('knows bytes for ten minutes, and for good where no time is signed', () => {
  expect(by('slack', { command: '/go' })).toEqual({ type: 'bytes', forMs: 600_000 });
  expect(by('github', { action: 'opened' })).toEqual({ type: 'bytes', forMs: Number.POSITIVE_INFINITY });
});
