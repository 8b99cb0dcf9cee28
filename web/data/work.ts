/** What conversations do by themselves, in the cache: schedules, receipts, runs, webhooks. Loaded with its pages. */
import type { FetchQueryOptions } from '@tanstack/react-query';
import { createClient, type ReplyOf } from '#shared/client/client.ts';
import { scheduleCalls } from '#shared/protocol/schedule-calls.ts';
import { webhookCalls } from '#shared/protocol/webhook-calls.ts';
import type { ConversationSummary } from '#shared/protocol/conversation.ts';
import { client, clientSettings } from './app.ts';
import type { Paged } from './tools.ts';

export const work = createClient({ ...scheduleCalls, ...webhookCalls }, clientSettings);

const PAGE = 20;
/** Conversations that work by themselves, a page, and pages that are read of each status. */
const SUMMARIES = 200;
const PAGES = 5;

export const schedulesQuery = (conversationId: string): FetchQueryOptions<ReplyOf<'listSchedules'>> => ({
  queryKey: ['schedules', conversationId],
  queryFn: ({ signal }) => work.call('listSchedules', { params: { conversationId }, signal }),
});

/** What became of all due times in a window, and which ones come. Milliseconds. */
export const calendarQuery = (from: number, to: number): FetchQueryOptions<ReplyOf<'calendar'>> => {
  const query = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  return {
    queryKey: ['calendar', query.from, query.to],
    queryFn: ({ signal }) => work.call('calendar', { query, signal }),
  };
};

type Which = { status: 'background' | 'waiting_input' } | { schedules: 'paused' };

async function summariesOf(which: Which, signal: AbortSignal) {
  const items: ConversationSummary[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < PAGES; page += 1) {
    const query = { ...which, limit: SUMMARIES, ...(cursor === null ? {} : { cursor }) };
    const got: ReplyOf<'listConversations'> = await client.call('listConversations', { query, signal });
    items.push(...got.items);
    cursor = got.nextCursor;
    if (cursor === null) break;
  }
  return items;
}

/** The conversations that work by themselves, however long ago they were spoken in. */
export const workersQuery: FetchQueryOptions<ConversationSummary[]> = {
  queryKey: ['workers'],
  queryFn: async ({ signal }) =>
    (
      await Promise.all([
        summariesOf({ status: 'background' }, signal),
        summariesOf({ status: 'waiting_input' }, signal),
      ])
    ).flat(),
};

/** Those whose schedules are all paused, the last changed first, with those that are archived. */
export const pausedQuery: FetchQueryOptions<ConversationSummary[]> = {
  queryKey: ['paused'],
  queryFn: ({ signal }) => summariesOf({ schedules: 'paused' }, signal),
};

/** Lets all schedules of a conversation go on that are paused, as they stand now. Those before one that is refused go on. */
export async function resumeSchedules(conversationId: string): Promise<void> {
  const { items } = await work.call('listSchedules', { params: { conversationId } });
  for (const { id, status } of items)
    if (status === 'paused')
      await work.call('updateSchedule', {
        params: { conversationId, scheduleId: id },
        body: { paused: false },
      });
}

export const noteQuery = (conversationId: string): FetchQueryOptions<ReplyOf<'getNote'>> => ({
  queryKey: ['note', conversationId],
  queryFn: ({ signal }) => work.call('getNote', { params: { conversationId }, signal }),
});

export const webhooksQuery = (conversationId: string): FetchQueryOptions<ReplyOf<'listWebhooks'>> => ({
  queryKey: ['webhooks', conversationId],
  queryFn: ({ signal }) => work.call('listWebhooks', { params: { conversationId }, signal }),
});

/** @param runId its id, or `at-41`: the run that this event of the log belongs to; null when it belongs to none */
export const traceQuery = (
  conversationId: string,
  runId: string,
): FetchQueryOptions<ReplyOf<'getRun'> | null> => ({
  queryKey: ['run', conversationId, runId],
  queryFn: async ({ signal }) => {
    const [, seq] = /^at-(\d+)$/.exec(runId) ?? [];
    const params = { conversationId };
    if (seq === undefined) return work.call('getRun', { params: { ...params, runId }, signal });
    const { items } = await work.call('listRuns', { params, query: { seq: Number(seq) }, signal });
    const [run] = items;
    return run === undefined ? null : work.call('getRun', { params: { ...params, runId: run.id }, signal });
  },
});

export const deliveryQuery = (
  conversationId: string,
  webhookId: string,
  deliveryId: string,
): FetchQueryOptions<ReplyOf<'getDelivery'>> => ({
  queryKey: ['delivery', deliveryId],
  queryFn: ({ signal }) =>
    work.call('getDelivery', { params: { conversationId, webhookId, deliveryId }, signal }),
});

const pageQuery = (cursor: string | null) => ({ limit: PAGE, ...(cursor === null ? {} : { cursor }) });
const within = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal });

/** The runs of a conversation, newest first. */
export function runsOf(conversationId: string): Paged<ReplyOf<'listRuns'>['items'][number]> {
  const ask = (cursor: string | null, signal?: AbortSignal) =>
    work.call('listRuns', { params: { conversationId }, query: pageQuery(cursor), ...within(signal) });
  return {
    query: { queryKey: ['runs', conversationId], queryFn: ({ signal }) => ask(null, signal) },
    next: (cursor) => ask(cursor),
  };
}

/** The receipts of a schedule, newest first: all of them, or those of a time. */
export function receiptsOf(
  conversationId: string,
  scheduleId: string,
  time: { from?: string; to?: string } = {},
): Paged<ReplyOf<'listOccurrences'>['items'][number]> {
  const ask = (cursor: string | null, signal?: AbortSignal) =>
    work.call('listOccurrences', {
      params: { conversationId, scheduleId },
      query: { ...pageQuery(cursor), ...time },
      ...within(signal),
    });
  return {
    query: { queryKey: ['receipts', scheduleId, time], queryFn: ({ signal }) => ask(null, signal) },
    next: (cursor) => ask(cursor),
  };
}

/** The schedules that were removed, the last one first. */
export function removedSchedulesOf(
  conversationId: string,
): Paged<ReplyOf<'listRemovedSchedules'>['items'][number]> {
  const ask = (cursor: string | null, signal?: AbortSignal) =>
    work.call('listRemovedSchedules', {
      params: { conversationId },
      query: pageQuery(cursor),
      ...within(signal),
    });
  return {
    query: { queryKey: ['removed-schedules', conversationId], queryFn: ({ signal }) => ask(null, signal) },
    next: (cursor) => ask(cursor),
  };
}

/** What arrived at a webhook, newest first. */
export function deliveriesOf(
  conversationId: string,
  webhookId: string,
): Paged<ReplyOf<'listDeliveries'>['items'][number]> {
  const ask = (cursor: string | null, signal?: AbortSignal) =>
    work.call('listDeliveries', {
      params: { conversationId, webhookId },
      query: pageQuery(cursor),
      ...within(signal),
    });
  return {
    query: { queryKey: ['deliveries', webhookId], queryFn: ({ signal }) => ask(null, signal) },
    next: (cursor) => ask(cursor),
  };
}
