/** The three files of one conversation: the resource, the whole event log, and the transcript to be read. */
import * as z from 'zod/mini';
import type { conversation } from '#durable-objects/conversation/client.ts';
import type { Event } from '#shared/protocol/events.ts';
import { makeScribe, transcriptHead } from './transcript.ts';
import type { ZipEntry } from './zip.ts';

type ConversationStub = ReturnType<typeof conversation>;

/** Our own log: fields that a newer release wrote stay as they are. */
const Page = z.object({
  events: z.array(
    z.custom<Event>(
      (value) => typeof value === 'object' && value !== null && 'seq' in value && 'type' in value,
    ),
  ),
  lastSeq: z.number(),
  more: z.boolean(),
});
type Page = z.infer<typeof Page>;

export interface ConversationFiles {
  files: AsyncGenerator<ZipEntry>;
  /** Whether the conversation was deleted before all of it was read; known when the files have been read. */
  cut(): boolean;
}

/** A page of the log; null when there is no such conversation (any more). */
async function pageOf(object: ConversationStub, ownerId: string, after: number): Promise<Page | null> {
  const page = await object.events(ownerId, after);
  return page.ok ? Page.parse(JSON.parse(page.json)) : null;
}

/**
 * The files of a conversation, or null when it was deleted. Nothing is written before its first page is here, so that of
 * all but the longest there is everything or nothing.
 */
export async function conversationFiles(
  object: ConversationStub,
  ownerId: string,
  folder: string,
): Promise<ConversationFiles | null> {
  const [got, first] = await Promise.all([object.get(ownerId), pageOf(object, ownerId, 0)]);
  if (!got.ok || first === null) return null;
  const { conversation } = got;
  let kept: Page | null = first;
  const at = Date.parse(conversation.updatedAt);
  let cut = false;
  let lastSeq = 0;

  /** The log page by page, up to `until`. The first page is kept for the next reading only if it is the whole. */
  async function* pages(until: number): AsyncGenerator<Event[]> {
    let page = kept ?? (await pageOf(object, ownerId, 0));
    if (page?.more) kept = null;
    while (page !== null) {
      yield page.events.filter(({ seq }) => seq <= until);
      if (!page.more || page.lastSeq >= until) return;
      const after: number = page.lastSeq;
      page = await pageOf(object, ownerId, after);
      if (page !== null && page.lastSeq <= after) throw new Error('A page of the log does not go on');
    }
    cut = true;
  }

  async function* events() {
    let before = '{"events":[\n';
    for await (const page of pages(Number.POSITIVE_INFINITY))
      for (const event of page) {
        yield before + JSON.stringify(event);
        before = ',\n';
        lastSeq = event.seq;
      }
    yield `${before === ',\n' ? '\n' : before}],"lastSeq":${lastSeq}}\n`;
  }

  /** Read a second time rather than kept: the same events, and no more than a page of them at once. */
  async function* transcript() {
    const scribe = makeScribe();
    yield transcriptHead(conversation);
    for await (const page of pages(lastSeq)) for (const event of page) yield scribe.write(event);
    yield scribe.end();
  }

  async function* files(): AsyncGenerator<ZipEntry> {
    const resource = `${JSON.stringify(conversation, null, 2)}\n`;
    yield { name: `${folder}/conversation.json`, at, content: resource };
    yield { name: `${folder}/events.json`, at, content: events() };
    yield { name: `${folder}/transcript.md`, at, content: transcript() };
  }
  return { files: files(), cut: () => cut };
}
