/** Where reports go besides the app: each to each channel exactly once, or said to be unknown. */
import { v7 as uuidv7 } from 'uuid';
import { log } from '#durable-objects/lib/log.ts';
import { type Posted, postToSlack } from '#shared/adapters/slack/incoming.ts';
import { mailPosted } from '#shared/core/channels/mail-outcome.ts';
import { reportMail } from '#shared/core/channels/report-mail.ts';
import { isSlackAddress, slackBody } from '#shared/core/channels/slack.ts';
import { settingsOf } from '#shared/core/settings/once.ts';
import type { Channel, CreateChannel, Sent, UpdateChannel } from '#shared/protocol/channel.ts';
import type { ProblemCode } from '#shared/protocol/problem.ts';
import { ChannelStore, type StoredChannel, type StoredSent, SWITCHED_OFF } from './channel-store.ts';
import { neighboursOf } from './neighbours.ts';
import type { World } from './world.ts';

/** Something that goes to every channel. `id` names it for ever. */
export interface Outgoing {
  id: string;
  title: string;
  text: string;
  /** The page in the app. */
  path: string;
}

type Refusal = { ok: false; code: ProblemCode; detail?: string };

const MOST = 10;
/** Tries until it is given up: with growing pauses this is about a day. */
const TRIES = 30;
const TEXT = 60_000;

const gone: Refusal = { ok: false, code: 'not_found' };
const placeOf = (userId: string, row: string) => ({ table: 'channels', row, userId, column: 'sealed' });
const shown = ({ sealed: _secret, ...channel }: StoredChannel): Channel => channel;
const shownSent = ({ channelId: _c, text: _t, path: _p, ...sent }: StoredSent): Sent => sent;

export class Channels {
  readonly #world: World;
  readonly #store: ChannelStore;
  #flying: Promise<void> | null = null;

  constructor(world: World) {
    this.#world = world;
    this.#store = new ChannelStore(world.ctx.storage.sql);
  }

  list(): Channel[] {
    return this.#store.all().map(shown);
  }

  async create(id: string, made: CreateChannel): Promise<{ ok: true; channel: Channel } | Refusal> {
    const user = this.#world.user();
    if (user === null) return gone;
    const known = this.#store.get(id);
    if (known !== null) return { ok: true, channel: shown(known) };
    if (this.#store.all().length >= MOST) return { ok: false, code: 'limit_reached' };
    const bad = (detail: string): Refusal => ({ ok: false, code: 'bad_request', detail });
    let row: Pick<StoredChannel, 'id' | 'kind' | 'name' | 'hint' | 'sealed'>;
    if (made.kind === 'email') {
      if (!user.emailVerified) return bad('Confirm the address of your account first.');
      row = { id, kind: 'email', name: made.name ?? 'Mail', hint: user.email, sealed: null };
    } else {
      const { allowLocalUrls } = settingsOf(this.#world.env);
      if (!isSlackAddress(made.url, allowLocalUrls))
        return bad('This is no address of a Slack incoming webhook: https://hooks.slack.com/services/…');
      const sealed = await neighboursOf(this.#world.env).vault.seal(placeOf(user.id, id), made.url);
      row = { id, kind: 'slack', name: made.name ?? 'Slack', hint: `…${made.url.slice(-4)}`, sealed };
    }
    if (this.#world.user() === null) return gone;
    this.#world.commit(() => {
      this.#store.add(row, this.#world.now());
      this.#world.record({ action: 'channel_added', detail: row.name });
    });
    const channel = this.#store.get(id);
    return channel === null ? gone : { ok: true, channel: shown(channel) };
  }

  update(id: string, change: UpdateChannel): { ok: true; channel: Channel } | Refusal {
    if (this.#store.get(id) === null) return gone;
    this.#world.commit(() => this.#store.update(id, change));
    const channel = this.#store.get(id);
    return channel === null ? gone : { ok: true, channel: shown(channel) };
  }

  remove(id: string): boolean {
    const known = this.#store.get(id);
    if (known === null) return false;
    return this.#world.commit(() => {
      this.#world.record({ action: 'channel_removed', detail: known.name });
      return this.#store.remove(id);
    });
  }

  log(id: string): Sent[] | null {
    return this.#store.get(id) === null ? null : this.#store.log(id).map(shownSent);
  }

  /** Puts it before every channel that is on; a repeat of the same changes nothing. */
  deliver(message: Outgoing): void {
    if (this.#world.user() === null) return;
    const on = this.#store.all().filter(({ enabled }) => enabled);
    this.#world.commit(() => {
      for (const { id } of on) this.#owe(id, message.id, message);
    });
    this.#world.ctx.waitUntil(this.send());
  }

  test(id: string): { ok: true; sent: Sent } | Refusal {
    if (this.#store.get(id) === null) return gone;
    const key = uuidv7();
    const message = {
      title: 'A test from Agentic Tasks',
      text: 'This channel works. Reports of the daily run come here.',
      path: '/settings/channels',
    };
    const sentId = this.#world.commit(() => this.#owe(id, key, message));
    this.#world.ctx.waitUntil(this.send());
    const sent = this.#store.sent(sentId);
    return sent === null ? gone : { ok: true, sent: shownSent(sent) };
  }

  resend(id: string, sentId: string): { ok: true; sent: Sent } | Refusal {
    if (this.#store.sent(sentId)?.channelId !== id) return gone;
    this.#world.commit(() => this.#store.again(sentId, this.#world.now()));
    this.#world.ctx.waitUntil(this.send());
    const sent = this.#store.sent(sentId);
    return sent === null ? gone : { ok: true, sent: shownSent(sent) };
  }

  nextDue(): number | null {
    return this.#store.nextDue();
  }

  reportsSince(since: number): { settled: number; sent: number } {
    return this.#store.reportsSince(since);
  }

  nextRetry(): number | null {
    return this.#store.nextRetry();
  }

  /** Sends what is due. One at a time: a call while one is under way waits for that one and looks again. */
  send(): Promise<void> {
    const before = this.#flying ?? Promise.resolve();
    const flight = this.#sendDue(before).finally(() => {
      if (this.#flying === flight) this.#flying = null;
    });
    this.#flying = flight;
    return flight;
  }

  async #sendDue(before: Promise<void>): Promise<void> {
    await before;
    try {
      const due = this.#world.user() ? this.#store.claimDue(this.#world.now()) : [];
      for (const sent of due) await this.#sendOne(sent);
    } catch (error) {
      log.error('channel_failed', { error });
    }
  }

  /** Seals anew what was sealed with an older key of the vault. */
  async reseal(): Promise<{ resealed: number; left: number }> {
    const user = this.#world.user();
    const { vault } = neighboursOf(this.#world.env);
    const count = { resealed: 0, left: 0 };
    for (const { id, sealed } of user ? this.#store.all() : []) {
      if (!user || sealed === null || !vault.needsRotation(sealed)) continue;
      try {
        this.#store.reseal(id, sealed, await vault.reseal(placeOf(user.id, id), sealed));
        count.resealed += 1;
      } catch (error) {
        log.error('reseal_failed', { userId: user.id, error });
        count.left += 1;
      }
    }
    return count;
  }

  #owe(channelId: string, key: string, { title, text, path }: Pick<Outgoing, 'title' | 'text' | 'path'>) {
    const id = uuidv7();
    this.#store.owe({ id, channelId, key, title, text: text.slice(0, TEXT), path }, this.#world.now());
    return id;
  }

  async #sendOne(sent: StoredSent): Promise<void> {
    const user = this.#world.user();
    const channel = this.#store.get(sent.channelId);
    if (user === null || channel === null) return;
    // Switched off while those before it were sent.
    if (this.#store.sent(sent.id)?.status !== 'waiting')
      return this.#store.settle(sent.id, 'failed', SWITCHED_OFF, this.#world.now());
    const outcome = await this.#attempt(sent, channel, user.id, user.email);
    this.#world.commit(() => this.#note(sent, channel, outcome, user.id));
  }

  /** What became of a try; inside `commit`. */
  #note(sent: StoredSent, channel: StoredChannel, outcome: Posted, userId: string): void {
    const now = this.#world.now();
    const { id } = sent;
    switch (outcome.type) {
      case 'sent':
        return this.#store.settle(id, 'sent', null, now);
      case 'retry':
        if (sent.attempts >= TRIES) return this.#store.settle(id, 'failed', outcome.reason, now);
        if (this.#store.sent(id)?.status !== 'waiting')
          return this.#store.settle(id, 'failed', SWITCHED_OFF, now);
        return this.#store.putOff(id, outcome.reason, outcome.afterMs, now);
      case 'dead':
        this.#store.settle(id, 'failed', outcome.reason, now);
        this.#store.switchOff(channel.id, outcome.reason);
        log.warn('channel_off', { userId, kind: channel.kind });
        return this.#world.record({ action: 'channel_off', detail: `${channel.name}: ${outcome.reason}` });
      case 'failed':
      case 'unknown':
        log.warn('channel_not_sent', { userId, kind: channel.kind, outcome: outcome.type });
        return this.#store.settle(id, outcome.type, outcome.reason, now);
      default:
        return outcome satisfies never;
    }
  }

  async #attempt(sent: StoredSent, channel: StoredChannel, userId: string, email: string): Promise<Posted> {
    const { mailer, vault, origin } = neighboursOf(this.#world.env);
    const message = { title: sent.title, text: sent.text, href: `${origin}${sent.path}` };
    try {
      if (channel.kind === 'email') {
        if (mailer === null) return { type: 'failed', reason: 'This server cannot send mail.' };
        // The id makes a repeat harmless.
        return mailPosted(await mailer.send({ id: sent.id, to: email, ...reportMail(message) }));
      }
      const url = await vault.open(placeOf(userId, channel.id), channel.sealed ?? '');
      return await postToSlack(url, slackBody(message), settingsOf(this.#world.env), this.#world.now());
    } catch (error) {
      log.error('channel_failed', { userId, error });
      return { type: 'failed', reason: 'Something broke on our side before it was sent.' };
    }
  }
}
