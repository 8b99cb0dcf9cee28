/**
 * Takes mail as Resend does and keeps it: one fetch handler with Resend's endpoint, and ways for people (a page) and
 * tests (JSON, a long poll, failures on demand) to read what came. It sends nothing, and every answer says so.
 */
import { parseJson } from '#dev/stand-in/json.ts';
import { Control } from './control.ts';
import { Mails, type Wanted } from './mails.ts';
import { listPage, mailPage } from './pages.ts';
import { isJson, json, refuse } from './refusal.ts';
import { Sending } from './sending.ts';

export interface CaptureOptions {
  /** Milliseconds. Default: the system's clock. */
  readonly now?: () => number;
  /** How long a long poll waits. */
  readonly waitMs?: number;
}

export interface Capture {
  readonly fetch: (request: Request) => Promise<Response>;
}

export function createCapture({ now = Date.now, waitMs = 20_000 }: CaptureOptions = {}): Capture {
  const mails = new Mails(now);
  const control: Control = new Control(() => {
    mails.clear();
    sending.forget();
  });
  const sending = new Sending(mails, control, now);

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
    const ends = AbortSignal.any([request.signal, AbortSignal.timeout(waitMs)]);
    const acted = await control.act(parseJson(await request.text()), ends);
    return json(acted, acted.ok ? 200 : 400);
  };

  return {
    fetch: async (request) => {
      const { pathname, searchParams } = new URL(request.url);
      const shown = /^\/mail\/([\w-]+)$/.exec(pathname)?.[1];
      if (request.method === 'GET' && shown !== undefined) return mailPage(mails.find(shown));
      switch (`${request.method} ${pathname}`) {
        case 'POST /emails':
          return sending.send(request);
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
