import { describe, expect, it } from 'vitest';
import type { ContentBlock } from '#shared/protocol/conversation.ts';
import type { Risk } from '#shared/protocol/question.ts';
import { shownEvidence } from './evidence.ts';

const at = '2026-11-24T08:00:00.000Z';

interface Made {
  risk?: Risk;
  input?: Record<string, unknown>;
  outcome?: 'ok' | 'error' | 'denied' | 'unknown';
}

/** One call with its result, as a message holds them. */
function call(name: string, text: string, { risk = 'read', input = {}, outcome = 'ok' }: Made = {}) {
  const intent = {
    callId: 'c',
    toolKey: name,
    title: name,
    from: null,
    risk,
    allowedBy: { type: 'policy' as const },
    startedAt: at,
  };
  const content: ContentBlock[] = [
    { type: 'tool_use', id: `${name} ${text}`, name, input, intent },
    { type: 'tool_result', toolUseId: `${name} ${text}`, isError: outcome !== 'ok', text, outcome },
  ];
  return { content };
}

const shown = (messages: ReadonlyArray<{ content: ContentBlock[] }>, ...texts: string[]) =>
  shownEvidence(
    'complete_task',
    { result: 'Done.', evidence: texts.map((text) => ({ type: 'id', text })) },
    messages,
  );

describe('what a sub-agent names as evidence', () => {
  it('is looked for in the answers of its tools, as words of their own', () => {
    const read = call('mail__read_mail', 'Your booking.\nRecord  locator: QXZPLM, paid. Id m12.');
    expect(shown([read], 'qxzplm', 'record locator: QXZPLM', 'm12', 'm1', 'QXZ', 'other')).toEqual([
      'qxzplm',
      'record locator: QXZPLM',
      'm12',
    ]);
    expect(shown([read], '.')).toEqual([]);
  });

  it('may be a sentence that hangs on addresses and ids, all of which stand there', () => {
    const found = call('crm__find', 'Contact bob@example.com, file https://example.com/a/7, ticket T-10234.');
    const good = ['mail to bob@example.com', 'Ticket T-10234 at https://example.com/a/7.'];
    expect(shown([found], ...good, 'mail to eve@example.com', 'T-10234 and T-99999', 'it went well')).toEqual(
      good,
    );
  });

  it('is shown by what went out, and by a page that was opened, but by no search for it', () => {
    const sent = call('mail__send', 'Sent.', { risk: 'send', input: { to: ['bob@example.com'] } });
    const opened = call('http_request', '200', { input: { url: 'https://example.com/page' } });
    const searched = call('mail__search', 'Nothing found.', { input: { query: 'INV-2231' } });
    const kept = call('records_write', 'Kept.', { risk: 'store', input: { value: 'INV-2231' } });
    const all = [sent, opened, searched, kept];
    expect(shown(all, 'bob@example.com', 'https://example.com/page', 'INV-2231')).toEqual([
      'bob@example.com',
      'https://example.com/page',
    ]);
  });

  it('is shown by no call that failed, was refused or has no known end, by no board, and by no words', () => {
    const made = (outcome: Made['outcome']) =>
      call('mail__send', 'Sent INV-2231', {
        risk: 'send',
        input: { id: 'INV-2231' },
        ...(outcome && { outcome }),
      });
    const board = call('read_shared_memory', '- invoice = INV-2231');
    const said = { content: [{ type: 'text' as const, text: 'INV-2231 is paid.' }] };
    expect(shown([made('error'), made('denied'), made('unknown'), board, said], 'INV-2231')).toEqual([]);
    expect(shown([made('ok')], 'INV-2231')).toEqual(['INV-2231']);
  });

  it('is what the service of the model found', () => {
    const content: ContentBlock[] = [
      { type: 'tool_use', id: 's', name: 'web_search', input: { query: 'x' }, server: true },
      {
        type: 'tool_result',
        toolUseId: 's',
        isError: false,
        text: 'Prices https://example.com/p',
        outcome: 'ok',
      },
    ];
    expect(shown([{ content }], 'https://example.com/p')).toEqual(['https://example.com/p']);
  });

  it('is asked of reports alone', () => {
    expect(shownEvidence('report_progress', { percent: 1, text: 'x' }, [])).toBeNull();
  });
});
