/**
 * A stand-in for the Claude Messages API: one fetch handler. It checks requests as the API does, answers with small talk
 * or a scenario, counts tokens and models the prompt cache. It is not Claude and never says so.
 */
import { Control } from './control/control.ts';
import { errorResponse, json } from './http.ts';
import { Journal, JOURNAL_LIMITS, type JournalLimits } from './journal.ts';
import { parseJson } from '#dev/stand-in/json.ts';
import { MessagesEndpoint } from './messages-endpoint.ts';
import { listModels, modelInfo } from './models-endpoint.ts';
import { findModel } from './models.ts';
import { checkHeaders } from './contract/headers.ts';
import { entryPage, listPage } from './page/pages.ts';
import { idSuffix } from './digest.ts';
import { Refused } from './refusal.ts';
import { NATURAL_PACE, type Pace } from './reply/pace.ts';
import { Attempts } from './scenarios/attempts.ts';
import { PromptCache } from './usage/cache.ts';

export interface StandInOptions {
  /** Milliseconds; decides when cache entries expire and what the journal says. Default: the system's clock. */
  readonly now?: () => number;
  readonly pace?: Pace;
  readonly journal?: JournalLimits;
}

export interface StandIn {
  /** Answers one HTTP request; its signal tells that the client is gone. */
  readonly fetch: (request: Request) => Promise<Response>;
  readonly control: Control;
  readonly journal: Journal;
}

export function createStandIn(options: StandInOptions = {}): StandIn {
  const now = options.now ?? Date.now;
  const journal = new Journal(options.journal ?? JOURNAL_LIMITS);
  const cache = new PromptCache();
  const attempts = new Attempts();
  const control = new Control(journal, options.pace ?? NATURAL_PACE, () => {
    cache.clear();
    attempts.clear();
    messages.reset();
  });
  const messages = new MessagesEndpoint({ now, journal, cache, attempts, control });
  let served = 0;

  const api = async (request: Request, url: URL, requestId: string): Promise<Response> => {
    const { pathname } = url;
    if (pathname === '/v1/messages' || pathname === '/v1/messages/count_tokens') {
      if (request.method === 'POST') return messages.handle(request, pathname, requestId);
      return errorResponse(405, 'invalid_request_error', 'Method Not Allowed', requestId, 'method');
    }
    if (request.method === 'GET' && pathname === '/v1/models') {
      checkHeaders(request.headers, false);
      return json(listModels(url.searchParams), requestId);
    }
    if (request.method === 'GET' && pathname.startsWith('/v1/models/')) {
      checkHeaders(request.headers, false);
      const id = decodeURIComponent(pathname.slice('/v1/models/'.length));
      const model = findModel(id);
      if (model === undefined)
        return errorResponse(404, 'not_found_error', `model: ${id}`, requestId, 'model_known');
      return json(modelInfo(model), requestId);
    }
    return errorResponse(404, 'not_found_error', 'Not Found', requestId, 'path');
  };

  const own = async (request: Request, url: URL, requestId: string): Promise<Response> => {
    const { pathname, searchParams } = url;
    if (pathname === '/__control' && request.method === 'POST') {
      // A page from elsewhere can send text/plain without asking first; JSON it cannot.
      if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) {
        return json({ ok: false, problem: 'content-type must be application/json' }, requestId, 415);
      }
      const answer = await control.act(parseJson(await request.text()), request.signal);
      return json(answer, requestId, answer.ok ? 200 : 400);
    }
    if (request.method !== 'GET') return json({ ok: false, problem: 'Method Not Allowed' }, requestId, 405);
    if (pathname === '/__control') return json({ ok: true, state: control.state() }, requestId);
    if (pathname === '/__journal') {
      const text = searchParams.get('text') ?? '';
      const entries = journal.list(Number(searchParams.get('after') ?? '0') || 0);
      return json({ entries: entries.filter(({ lastUserText }) => lastUserText.includes(text)) }, requestId);
    }
    if (pathname === '/__cache') return json(journal.cacheShares(searchParams.get('text') ?? ''), requestId);
    const entry = /^\/entry\/(\d+)$/.exec(pathname)?.[1];
    if (entry !== undefined) return entryPage(journal.find(Number(entry)));
    if (pathname === '/') return listPage(journal.list(), control.state());
    return json({ ok: false, problem: 'Not Found' }, requestId, 404);
  };

  return {
    control,
    journal,
    fetch: async (request) => {
      served += 1;
      const requestId = `req_01${idSuffix(`request ${served}`)}`;
      const url = new URL(request.url);
      try {
        return url.pathname.startsWith('/v1/')
          ? await api(request, url, requestId)
          : await own(request, url, requestId);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        const { status, type, message, rule } = error.refusal;
        return errorResponse(status, type, message, requestId, rule);
      }
    },
  };
}
