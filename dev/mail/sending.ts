/** `POST /emails` as Resend has it: who may send, what, and that a key is worked on and answered once. */
import { randomUUID } from 'node:crypto';
import { canonical, parseJson } from '#dev/stand-in/json.ts';
import type { Control } from './control.ts';
import type { Mails } from './mails.ts';
import { readSendable, type Sendable } from './message.ts';
import { isJson, json, refuse, refuseByStatus } from './refusal.ts';

/** As long as Resend remembers a key. */
const KEY_LIFE_MS = 24 * 60 * 60_000;
const KEYS_KEPT = 2000;

type Taken = (id: string) => void;

export class Sending {
  readonly #mails: Mails;
  readonly #control: Control;
  readonly #now: () => number;
  readonly #sent = new Map<string, { id: string; payload: string; at: number }>();
  readonly #underWay = new Set<string>();

  constructor(mails: Mails, control: Control, now: () => number) {
    this.#mails = mails;
    this.#control = control;
    this.#now = now;
  }

  /** Checks a request in the order in which Resend does, and takes its mail. */
  async send(request: Request): Promise<Response> {
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
    if (key === null) return this.#take(read.mail, request.signal, () => {});
    return this.#takeOnce(key, canonical(body), read.mail, request.signal);
  }

  /** Forgets which keys were used. */
  forget(): void {
    this.#sent.clear();
  }

  async #takeOnce(key: string, payload: string, mail: Sendable, signal: AbortSignal): Promise<Response> {
    if (this.#underWay.has(key)) return refuse('concurrent_idempotent_requests');
    const before = this.#sent.get(key);
    if (before && this.#now() - before.at < KEY_LIFE_MS)
      return before.payload === payload ? json({ id: before.id }) : refuse('invalid_idempotent_request');
    this.#underWay.add(key);
    try {
      return await this.#take(mail, signal, (id) => this.#remember(key, id, payload));
    } finally {
      this.#underWay.delete(key);
    }
  }

  async #take(mail: Sendable, signal: AbortSignal, onTaken: Taken): Promise<Response> {
    await this.#control.hold(mail.to, signal);
    if (signal.aborted) return refuseByStatus(500); // its sender gave up; nobody reads this
    const failure = this.#control.takeFailure(mail.to);
    if (failure?.taken === false) return refuseByStatus(failure.status);
    const id = randomUUID();
    this.#mails.add(id, mail);
    onTaken(id);
    return failure === undefined ? json({ id }) : refuseByStatus(failure.status);
  }

  #remember(key: string, id: string, payload: string): void {
    this.#sent.delete(key); // so that it counts as the newest
    this.#sent.set(key, { id, payload, at: this.#now() });
    const oldest = this.#sent.keys().next().value;
    if (this.#sent.size > KEYS_KEPT && oldest !== undefined) this.#sent.delete(oldest);
  }
}
