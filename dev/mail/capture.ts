/**
 * Takes mail as Resend does and keeps it: one fetch handler with Resend's endpoint, and ways for people (a page) and
 * tests (JSON, a long poll, failures on demand) to read what came. It sends nothing, and every answer says so.
 */
import { randomUUID } from 'node:crypto';
import { canonical, parseJson } from '../claude/json.ts';
import { Control } from './control.ts';
import { Mails, type Wanted } from './mails.ts';
import { readSendable } from './message.ts';
import { listPage, mailPage } from './pages.ts';
import { json, refuse, refuseByStatus } from './refusal.ts';

export interface CaptureOptions {
  /** Milliseconds. Default: the system's clock. */
  readonly now?: () => number;
  /** How long a long poll waits. */
  readonly waitMs?: number;
}

export interface Capture {
  readonly fetch: (request: Request) => Promise<Response>;
}

/** As long as Resend remembers a key. */
const KEY_LIFE_MS = 24 * 60 * 60_000;
const KEYS_KEPT = 2000;

export function createCapture({ now = Date.now, waitMs = 20_000 }: CaptureOptions = {}): Capture {
  const mails = new Mails(now);
  const sent = new Map<string, { id: string; payload: string; at: number }>();
  const control = new Control(() => {
    mails.clear();
    sent.clear();
  });

  const send = async (request: Request): Promise<Response> => {
    // Resend's edge turns a program away that does not say what it is.
    if (!request.headers.get('user-agent')) return new Response('error code: 1010', { status: 403 });
    const [, token] = /^Bearer\s+(\S+)\s*$/i.exec(request.headers.get('authorization') ?? '') ?? [];
    if (token === undefined) return refuse('missing_api_key');
    if (!token.startsWith('re_')) return refuse('invalid_api_key');
    const key = request.headers.get('idempotency-key');
    if (key !== null && (key.length < 1 || key.length > 256)) return refuse('invalid_idempotency_key');
    if (!isJson(request)) return refuse('validation_error', 'The content type must be application/json.');
    const body = parseJson(await request.text());
    const read = readSendable(body);
    if (!read.ok) return refuse(read.name, read.message);
    const failure = control.takeFailure(read.mail.to);
    if (failure !== undefined) return refuseByStatus(failure);

    const payload = canonical(body);
    const before = key === null ? undefined : sent.get(key);
    if (before && now() - before.at < KEY_LIFE_MS)
      return before.payload === payload ? json({ id: before.id }) : refuse('invalid_idempotent_request');
    const id = randomUUID();
    mails.add(id, read.mail);
    if (key !== null) remember(key, { id, payload, at: now() });
    return json({ id });
  };

  const remember = (key: string, answer: { id: string; payload: string; at: number }): void => {
    sent.delete(key); // so that it counts as the newest
    sent.set(key, answer);
    const oldest = sent.keys().next().value;
    if (sent.size > KEYS_KEPT && oldest !== undefined) sent.delete(oldest);
  };

  const wantedOf = (query: URLSearchParams): Wanted => {
    const [to, subject, after] = ['to', 'subject', 'after'].map((name) => query.get(name) || undefined);
    const number = after && (/^\d+$/.test(after) ? Number(after) : (mails.find(after)?.number ?? 0));
    return {
      ...(to === undefined ? {} : { to }),
      ...(subject === undefined ? {} : { subject }),
      ...(typeof number === 'number' ? { after: number } : {}),
    };
  };

  const wait = async (request: Request, query: URLSearchParams): Promise<Response> => {
    const ends = AbortSignal.any([request.signal, AbortSignal.timeout(waitMs)]);
    const mail = await mails.wait(wantedOf(query), ends);
    return mail ? json(mail) : json({ problem: 'No such mail came.', count: mails.count }, 404);
  };

  const act = async (request: Request): Promise<Response> => {
    // A page from elsewhere can send text/plain without asking first; JSON it cannot.
    if (!isJson(request)) return json({ ok: false, problem: 'content-type must be application/json' }, 415);
    const acted = control.act(parseJson(await request.text()));
    return json(acted, acted.ok ? 200 : 400);
  };

  return {
    fetch: async (request) => {
      const { pathname, searchParams } = new URL(request.url);
      const shown = /^\/mail\/([\w-]+)$/.exec(pathname)?.[1];
      if (request.method === 'GET' && shown !== undefined) return mailPage(mails.find(shown));
      switch (`${request.method} ${pathname}`) {
        case 'POST /emails':
          return send(request);
        case 'GET /':
          return listPage(mails.list());
        case 'GET /__mails':
          return json({ count: mails.count, mails: mails.list(wantedOf(searchParams)) });
        case 'GET /__mails/await':
          return wait(request, searchParams);
        case 'POST /__control':
          return act(request);
        default:
          return refuse(pathname === '/emails' ? 'method_not_allowed' : 'not_found');
      }
    },
  };
}

const isJson = (request: Request): boolean =>
  /^application\/json\b/i.test(request.headers.get('content-type') ?? '');
