/** `POST /v1/messages` and `/v1/messages/count_tokens`: contract, thinking, plan, usage, reply, journal. */
import type { Control } from './control/control.ts';
import type { Asked, Hold } from './control/queue.ts';
import { readRequest, type Endpoint } from './contract/body.ts';
import { apiKeyOf, checkHeaders, readBetas, readBody } from './contract/headers.ts';
import type { MessageRequest } from './contract/request.ts';
import { digest } from './digest.ts';
import { errorResponse, json, STAND_IN_HEADERS } from './http.ts';
import type { Entry, Journal } from './journal.ts';
import { cleanJson, mayNeedCleaning } from '#shared/core/clean.ts';
import { isArray, isObject, parseJson, type JsonObject } from '#dev/stand-in/json.ts';
import { choosePlan, type Chosen } from './plan.ts';
import { Refused, refuse, type Refusal } from './refusal.ts';
import { compose, wholeMessage, type Reply } from './reply/compose.ts';
import { streamEvents } from './reply/events.ts';
import { replyStream } from './reply/stream.ts';
import { wholeReply } from './reply/whole.ts';
import type { Attempts } from './scenarios/attempts.ts';
import { withoutNotes } from './speech/view.ts';
import { shorten } from './speech/words.ts';
import { checkReplay, type Dropped } from './thinking/replay.ts';
import type { CacheFigures, PromptCache } from './usage/cache.ts';
import { layOut, type Prompt } from './usage/prompt.ts';

export interface Parts {
  readonly now: () => number;
  readonly journal: Journal;
  readonly cache: PromptCache;
  readonly attempts: Attempts;
  readonly control: Control;
}

const SHOWN_TEXT = 160;
const MAX_REMEMBERED = 10_000;

/** Whether some text holds half of a surrogate pair, which the API refuses. Only an escape can bring one. */
function holdsHalf(text: string, body: unknown): boolean {
  if (!mayNeedCleaning(text)) return false;
  const written = JSON.stringify(body);
  return cleanJson(written) !== written;
}

interface Answering {
  readonly entry: Entry;
  readonly request: MessageRequest;
  readonly shown: MessageRequest;
  readonly chosen: Chosen;
  readonly hold: Hold | undefined;
  readonly prompt: Prompt;
  readonly dropped: readonly Dropped[];
  readonly signal: AbortSignal;
  readonly key: string;
}

export class MessagesEndpoint {
  readonly #parts: Parts;
  /** How often each body was sent: attempts at one request get different ids, in an order that does not change. */
  readonly #sent = new Map<string, number>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  reset(): void {
    this.#sent.clear();
  }

  async handle(request: Request, path: string, requestId: string): Promise<Response> {
    const entry = this.#parts.journal.open({
      requestId,
      at: new Date(this.#parts.now()).toISOString(),
      method: request.method,
      path,
      retry: Number(request.headers.get('x-stainless-retry-count') ?? '0') || 0,
    });
    const endpoint = path.endsWith('/count_tokens') ? 'count_tokens' : 'messages';
    try {
      return await this.#answer(request, endpoint, entry);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return this.#refuse(entry, error.refusal);
    }
  }

  async #answer(http: Request, endpoint: Endpoint, entry: Entry): Promise<Response> {
    checkHeaders(http.headers, true);
    const text = await readBody(http);
    const body = parseJson(text);
    if (body === undefined) refuse('json', 'The request body is not valid JSON');
    if (holdsHalf(text, body))
      refuse('json', 'The request body is not valid JSON: no low surrogate in string');
    note(entry, body);
    const read = readRequest(body, endpoint, readBetas(http.headers));
    if (!read.ok) return this.#refuse(entry, read.refusal);
    const replay = await checkReplay(read.request);
    if (!replay.ok) return this.#refuse(entry, replay.refusal);
    for (const { path, reason } of replay.dropped) {
      entry.notes.push(`${path}: thinking block dropped (${reason})`);
    }
    // What was sent, to which a reply is bound; and what the model gets to see of it, which is what costs.
    const request = read.request;
    const shown: MessageRequest = { ...request, messages: replay.messages };
    const prompt = layOut(shown, replay.tokens);
    if (endpoint === 'count_tokens') {
      this.#finish(entry, 200, 'answered', { input_tokens: prompt.tokens });
      return json({ input_tokens: prompt.tokens }, entry.requestId);
    }
    const most = request.model.contextTokens;
    if (prompt.tokens > most) {
      refuse('context_window', `prompt is too long: ${prompt.tokens} tokens > ${most} maximum`);
    }

    const chosen = choosePlan(request, this.#parts.control, this.#parts.attempts);
    const asked: Asked = chosen.asked;
    entry.scenario = chosen.scenario;
    this.#parts.journal.changed(entry);
    const hold = this.#parts.control.takeHold(asked);
    if (hold !== undefined && hold.deltas === undefined)
      await this.#parts.control.hold(entry, http.signal, hold.owner);
    const answering: Answering = {
      entry,
      request,
      shown,
      chosen,
      hold,
      prompt,
      dropped: replay.dropped,
      signal: http.signal,
      key: digest(text),
    };
    if (http.signal.aborted) return this.#gone(entry);
    return this.#reply(answering, apiKeyOf(http.headers));
  }

  async #reply(answering: Answering, apiKey: string): Promise<Response> {
    const { entry, request, shown, chosen, prompt } = answering;
    const { http } = chosen.plan;
    if (http !== undefined) {
      this.#finish(entry, http.status, 'failed', { type: http.type, message: http.message });
      return errorResponse(
        http.status,
        http.type,
        http.message,
        entry.requestId,
        entry.scenario ?? '',
        http.headers,
      );
    }
    const figures = this.#parts.cache.account(prompt, shown, digest(apiKey), this.#parts.now());
    noteCaching(entry, request, prompt, figures);
    entry.cache = {
      kind: chosen.asked.kind,
      tokens: prompt.tokens,
      attainable: figures.attainable,
      read: figures.read,
      written: figures.written5m + figures.written1h,
    };
    const seed = `${answering.key} ${this.#attemptAt(answering.key)}`;
    const reply = await compose(chosen.plan.draft, request, prompt.tokens, seed);
    const extra = transformations(answering);
    const message = { ...wholeMessage(reply, figures), ...extra };
    entry.usage = isObject(message['usage']) ? message['usage'] : null;
    if (!request.stream) return this.#whole(answering, reply, message);

    entry.status = 200;
    this.#parts.journal.changed(entry);
    const body = replyStream({
      events: streamEvents(reply, figures, extra),
      pace: chosen.plan.pace ?? this.#parts.control.pace,
      fault: chosen.plan.stream,
      requestId: entry.requestId,
      signal: answering.signal,
      beforeDelta: async (sent) => this.#waitAt(answering, sent),
      onEnd: (end, sent) => {
        entry.deltas = sent.deltas;
        entry.bytes = sent.bytes;
        if (end === 'complete') entry.stopReason = reply.stopReason;
        this.#finish(entry, 200, end === 'complete' ? 'answered' : end, message);
      },
    });
    const headers = {
      ...STAND_IN_HEADERS,
      'content-type': 'text/event-stream; charset=utf-8',
      'request-id': entry.requestId,
    };
    return new Response(body, { status: 200, headers });
  }

  async #whole(answering: Answering, reply: Reply, message: JsonObject): Promise<Response> {
    const { entry, chosen, hold, signal } = answering;
    // There are no deltas to count here: such a hold waits before the one piece.
    if (hold?.deltas !== undefined) await this.#parts.control.hold(entry, signal, hold.owner);
    const pace = chosen.plan.pace ?? this.#parts.control.pace;
    const answer = await wholeReply(message, reply.output.tokens, pace, chosen.plan.stream, signal);
    switch (answer.kind) {
      case 'answered':
        entry.stopReason = reply.stopReason;
        this.#finish(entry, 200, 'answered', message);
        return json(message, entry.requestId);
      case 'cut': {
        this.#finish(entry, 200, 'cut', message);
        const headers = {
          ...STAND_IN_HEADERS,
          'content-type': 'application/json',
          'request-id': entry.requestId,
        };
        return new Response(answer.body, { status: 200, headers });
      }
      case 'error': {
        const { status, type, message: words } = answer;
        this.#finish(entry, status, 'failed', { type, message: words });
        return errorResponse(status, type, words, entry.requestId, entry.scenario ?? '');
      }
      case 'aborted':
        return this.#gone(entry);
      default:
        return answer satisfies never;
    }
  }

  #attemptAt(key: string): number {
    if (this.#sent.size > MAX_REMEMBERED) this.#sent.clear();
    const attempt = (this.#sent.get(key) ?? 0) + 1;
    this.#sent.set(key, attempt);
    return attempt;
  }

  async #waitAt({ entry, hold, signal }: Answering, sent: number): Promise<void> {
    if (hold?.deltas !== sent) return;
    entry.deltas = sent;
    await this.#parts.control.hold(entry, signal, hold.owner);
  }

  #refuse(entry: Entry, { status, type, message, rule, headers }: Refusal): Response {
    entry.rule = rule;
    this.#finish(entry, status, 'refused', { type, message });
    return errorResponse(status, type, message, entry.requestId, rule, headers);
  }

  /** Nobody is there to read this. */
  #gone(entry: Entry): Response {
    this.#finish(entry, 499, 'aborted', null);
    return new Response(null, { status: 499, headers: STAND_IN_HEADERS });
  }

  #finish(entry: Entry, status: number, outcome: Entry['outcome'], response: object | null): void {
    entry.status = status;
    entry.outcome = outcome;
    entry.response = response;
    entry.durationMs ??= this.#parts.now() - Date.parse(entry.at);
    this.#parts.journal.changed(entry);
  }
}

function note(entry: Entry, body: unknown): void {
  entry.request = body;
  if (!isObject(body)) return;
  entry.model = typeof body['model'] === 'string' ? body['model'] : null;
  entry.stream = body['stream'] === true;
  const messages = isArray(body['messages']) ? body['messages'].filter(isObject) : [];
  const words = messages
    .filter((message) => message['role'] === 'user')
    .map(({ content }) => withoutNotes(wordsOf(content)).trim());
  entry.lastUserText = shorten(words.findLast((text) => text !== '') ?? '', SHOWN_TEXT);
}

/** Whatever words are in a content that nobody has checked yet: refused requests are listed with theirs too. */
function wordsOf(content: unknown): string {
  if (typeof content === 'string') return content;
  const blocks = isArray(content) ? content.filter(isObject) : [];
  return blocks.map(({ text }) => (typeof text === 'string' ? text : '')).join('\n');
}

/** Forgotten or impossible caching raises no error in the API; here it leaves a line in the journal. */
function noteCaching(entry: Entry, request: MessageRequest, prompt: Prompt, figures: CacheFigures): void {
  const marks = prompt.segments.filter((segment) => segment.mark !== undefined).length;
  const nothing = figures.read + figures.written5m + figures.written1h === 0;
  if (marks > 0 && nothing) {
    entry.notes.push(
      `nothing cached: ${prompt.tokens} tokens are below the minimum of ${request.model.minCacheableTokens}`,
    );
  }
}

/** With its beta header the API lists the thinking blocks it dropped. */
function transformations({ request, dropped }: Answering): JsonObject {
  if (!request.betas.some((beta) => beta.startsWith('thinking-binding-controls'))) return {};
  return { input_transformations: dropped.map((one) => ({ type: 'thinking_dropped', ...one })) };
}
