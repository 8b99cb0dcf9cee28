import { describe, expect, it } from 'vitest';
import type { ContentBlock } from '#shared/protocol/conversation.ts';
import type { FileRef } from '#shared/protocol/file.ts';
import type { Risk } from '#shared/protocol/question.ts';
import { fastest } from '#test/core/fastest.ts';
import { shownEvidence } from './evidence.ts';

const at = '2026-11-24T08:00:00.000Z';

interface Made {
  risk?: Risk;
  input?: Record<string, unknown>;
  outcome?: 'ok' | 'error' | 'denied' | 'unknown';
  full?: FileRef;
}

const mail = { connectionId: 'k', name: 'Mail' };
const isOwn = (name: string) => !name.includes('__');

/** One call with its result, as a message holds them; of a connection where its name says so. */
function call(name: string, text: string, { risk = 'read', input = {}, outcome = 'ok', full }: Made = {}) {
  const intent = {
    callId: 'c',
    toolKey: name,
    title: name,
    from: isOwn(name) ? null : mail,
    risk,
    allowedBy: { type: 'policy' as const },
    startedAt: at,
  };
  const content: ContentBlock[] = [
    { type: 'tool_use', id: `${name} ${text}`, name, input, intent },
    {
      type: 'tool_result',
      toolUseId: `${name} ${text}`,
      isError: outcome !== 'ok',
      text,
      outcome,
      ...(full && { full }),
    },
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

  it('is no word that stands in any answer, and no question that an answer only says again', () => {
    const none = [
      call('mail__search', 'No mail found for INV-2231 in 2026.', { input: { query: 'INV-2231 in 2026' } }),
      call('mail__list', 'No mail, nothing new today.'),
    ];
    expect(shown(none, 'mail', 'no mail', 'No', 'nothing new', '2026', 'INV-2231', 'mail INV-2231')).toEqual(
      [],
    );
    // What it said is what happened: whoever reads the report sees it.
    const said = ['No mail found for INV-2231', 'It answers "No mail, nothing new today."'];
    expect(shown(none, ...said, 'No mail found for anybody at all')).toEqual(said);
    const found = call('mail__search', 'm12 Invoice INV-2231', { input: { query: 'INV-2231' } });
    expect(shown([found], 'INV-2231', 'm12')).toEqual(['INV-2231', 'm12']);
  });

  it('may be short, where it is an id, a number, a name of a file or a code', () => {
    const read = call(
      'shop__orders',
      'Orders\n#42 mug, USD 730.40, see bill.pdf\nIssue 17, label-7, id x9, QXZPLM',
    );
    const good = [
      '#42',
      '730.40',
      'bill.pdf',
      'Issue 17',
      'label-7',
      'x9, label-7',
      'code qxzplm',
      'the #42',
    ];
    expect(shown([read], ...good, '#4', '42', '30.40', 'ill.pdf', 'Issue 1', 'x9 and x8', 'mug')).toEqual(
      good,
    );
  });

  it('is nothing that it kept itself and read again, nor what its own program printed', () => {
    const words = 'Paid by bob@example.com, INV-2231, a long line of its own';
    const all = [
      call('records_write', 'Done. 1 row, id INV-2231', { risk: 'store', input: { sql: `insert ${words}` } }),
      call('records_query', `[{"note":"${words}"}]`),
      call('remember', 'Kept.', { risk: 'write', input: { text: words } }),
      call('recall', `- ${words}`),
      call('write_file', 'Written: "notes.md", 9 bytes, id f1.', {
        risk: 'store',
        input: { name: 'notes.md', content: words },
      }),
      call('read_file', words, { input: { id: 'f1' } }),
      call('list_files', `f1 ${words}.txt`),
      {
        content: [
          { type: 'tool_use' as const, id: 's', name: 'code_execution', input: {}, server: true as const },
          {
            type: 'tool_result' as const,
            toolUseId: 's',
            isError: false,
            text: words,
            outcome: 'ok' as const,
          },
        ],
      },
    ];
    // The file that it wrote is there to be opened.
    expect(shown(all, 'notes.md', 'INV-2231', 'bob@example.com', words)).toEqual(['notes.md']);
  });

  it('may stand in the part of a long answer that it read as a file', () => {
    const full = { id: 'f7', name: 'mail.txt', type: 'text/plain', size: 90_000 };
    const long = call('mail__read', 'Beginning of m1, and so on', { full });
    expect(shown([long, call('read_file', 'Ticket T-10234', { input: { id: 'f7' } })], 'T-10234')).toEqual([
      'T-10234',
    ]);
  });

  it('is looked for in a long answer without a break in no time', () => {
    const long = call('mail__read', `${'aZ9_'.repeat(7_500)} m12`);
    expect(shown([long], 'm12')).toEqual(['m12']);
    expect(fastest(() => shown([long], 'm12'))).toBeLessThan(500);
  });

  it('is nothing that was only searched for, also at a server that nobody has vetted', () => {
    const search = call('shop__search_orders', 'None.', { risk: 'write', input: { query: 'INV-2231' } });
    expect(shown([search], 'INV-2231')).toEqual([]);
  });

  it('is asked of reports alone', () => {
    expect(shownEvidence('report_progress', { percent: 1, text: 'x' }, [])).toBeNull();
  });
});
