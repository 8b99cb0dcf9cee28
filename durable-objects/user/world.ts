/** What the parts of a user's object share: its stores, its clock, and how to say what happened. */
import { randomBytes } from 'node:crypto';
import { TicketStore } from '#durable-objects/lib/ticket-store.ts';
import type { User } from '#shared/protocol/account.ts';
import { AuditStore } from './audit-store.ts';
import type { AuditLine } from './client.ts';
import { KeyStore } from './key-store.ts';
import { LinkStore } from './link-store.ts';
import { MailStore } from './mail-store.ts';
import { PlaceStore } from './place-store.ts';
import { RegistryStore } from './registry-store.ts';
import { SessionStore } from './session-store.ts';
import { ProfileStore } from './store.ts';
import { WatchStore } from './watch-store.ts';

/** What is owed to others and delivered until acknowledged. */
export type Owed = 'audit' | 'endings' | 'links' | 'deletion' | 'zones' | 'daily' | 'retire' | 'timer';

export interface Stores {
  profiles: ProfileStore;
  sessions: SessionStore;
  keys: KeyStore;
  links: LinkStore;
  audit: AuditStore;
  watches: WatchStore;
  mails: MailStore;
  registry: RegistryStore;
  places: PlaceStore;
  tickets: TicketStore;
}

export const makeStores = (sql: SqlStorage): Stores => ({
  profiles: new ProfileStore(sql),
  sessions: new SessionStore(sql),
  keys: new KeyStore(sql),
  links: new LinkStore(sql),
  audit: new AuditStore(sql),
  watches: new WatchStore(sql),
  mails: new MailStore(sql),
  registry: new RegistryStore(sql),
  places: new PlaceStore(sql),
  tickets: new TicketStore(sql),
});

export interface World {
  ctx: DurableObjectState;
  env: Env;
  stores: Stores;
  now(): number;
  /** The user; null when there is none, or none any more. */
  user(): User | null;
  /** Runs a change as one. What it owes is delivered afterwards. */
  commit<Result>(change: () => Result): Result;
  /** Writes a line of the activity log, and the mail that goes with it; inside `commit`. */
  record(line: AuditLine): void;
  /** Something has to be told to others; inside `commit`. */
  owe(type: Owed): void;
  /** The same, unless somebody settles it within the minute. */
  oweLater(type: Owed): void;
  settle(type: Owed): void;
  isDelivering(type: Owed): boolean;
  /** Runs when the present change is written; not at all when it failed. Inside `commit`. */
  after(run: () => void): void;
}

/** 256 random bits in base64url. */
export const newSecret = (): string => randomBytes(32).toString('base64url');
