/** The daily run, in the cache. Loaded with its pages; news of a run comes over the user's stream. */
import type { FetchQueryOptions } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { createClient, type ReplyOf } from '#shared/client/client.ts';
import type { DailyRun, DailyRunSummary } from '#shared/protocol/daily.ts';
import { dailyCalls } from '#shared/protocol/daily-calls.ts';
import type { DailyRunNews } from '#shared/protocol/user-events.ts';
import { clientSettings, queryClient } from './app.ts';
import { renew } from './security.ts';
import type { Paged } from './tools.ts';
import { useQuery } from './use-query.ts';

export const daily = createClient(dailyCalls, clientSettings);

/** Where the stream leaves the last word of a run: see `user-stream.ts`. */
export const newsKey = ['daily-news'] as const;

export const settingsQuery: FetchQueryOptions<ReplyOf<'getDailySettings'>> = {
  queryKey: ['daily-settings'],
  queryFn: ({ signal }) => daily.call('getDailySettings', { signal }),
};

const lastQuery: FetchQueryOptions<ReplyOf<'listDailyRuns'>> = {
  queryKey: ['daily-last'],
  queryFn: ({ signal }) => daily.call('listDailyRuns', { query: { limit: 10 }, signal }),
};

export const runQuery = (runId: string): FetchQueryOptions<{ run: DailyRun }> => ({
  queryKey: ['daily-run', runId],
  queryFn: ({ signal }) => daily.call('getDailyRun', { params: { runId }, signal }),
});

export const analyticsQuery = (days: number): FetchQueryOptions<ReplyOf<'dailyAnalytics'>> => ({
  queryKey: ['daily-analytics', days],
  queryFn: ({ signal }) => daily.call('dailyAnalytics', { query: { days }, signal }),
});

const PAGE = 30;

export const runsPaged: Paged<DailyRunSummary> = {
  query: {
    queryKey: ['daily-runs'],
    queryFn: ({ signal }) => daily.call('listDailyRuns', { query: { limit: PAGE }, signal }),
  },
  next: (cursor) => daily.call('listDailyRuns', { query: { limit: PAGE, cursor } }),
};

/** A run as the server has just told it. */
export const hearRun = ({ run }: { run: DailyRun }): void =>
  void queryClient.setQueryData(runQuery(run.id).queryKey, { run });

export const isOver = ({ phase }: Pick<DailyRun, 'phase'>): boolean =>
  phase === 'reported' || phase === 'ended';

/** How often the board is asked for while news may not come. */
const POLL_MS = 10_000;

/** A board that is kept current: asked for anew when news of it comes, and now and then while the run goes on. */
export function useRun(runId: string) {
  const query = runQuery(runId);
  const state = useQuery(query);
  const heard = useQuery<DailyRunNews | null>({ queryKey: newsKey, queryFn: () => null }).data;
  const known = state.data?.run;
  const behind = heard?.id === runId && known !== undefined && heard.rev > known.rev ? heard.rev : null;
  const goesOn = known !== undefined && !isOver(known);
  useEffect(() => {
    if (behind !== null) void renew(runQuery(runId));
  }, [behind, runId]);
  useEffect(() => {
    if (!goesOn) return undefined;
    const timer = setInterval(() => void renew(runQuery(runId)), POLL_MS);
    return () => clearInterval(timer);
  }, [goesOn, runId]);
  return state;
}

/** The runs, asked for anew when one begins or ends. */
export function useLastRuns() {
  const state = useQuery(lastQuery);
  const heard = useQuery<DailyRunNews | null>({ queryKey: newsKey, queryFn: () => null }).data;
  const at = heard ? `${heard.id} ${heard.phase}` : '';
  const seen = useRef('');
  useEffect(() => {
    seen.current = at;
    void renew(lastQuery);
  }, [at]);
  return state;
}
