/** The door to a user's object: how to find it, and the shapes of its remote calls. */
import type {
  ConversationSummary,
  Kind,
  Outcome,
  Status,
  WaitingFor,
} from '#shared/protocol/conversation.ts';
import type { Way } from '#shared/core/auth/sign-in.ts';
import type { LinkPurpose } from '#shared/core/auth/links.ts';
import type { AuditAction, Scope } from '#shared/protocol/security.ts';
import type { ReportedSchedules } from '#shared/core/schedule/places.ts';
import type { User } from '#shared/protocol/account.ts';
import type { ListConversations } from '#shared/protocol/routes.ts';
import type { EffectLine } from '#shared/protocol/connection.ts';
import type { File } from '#shared/protocol/file.ts';
import type { Question } from '#shared/protocol/question.ts';
import type { Pauses } from '#shared/protocol/schedule.ts';
import type { RuleBounds } from '#shared/protocol/question-requests.ts';
import { remote, type Remote } from '#durable-objects/lib/remote.ts';
import type { UserDO } from './user-do.ts';

/** The object of this user. It may not have been created: its methods then say so. */
export const user = (env: Pick<Env, 'USER'>, userId: string): Remote<UserDO> =>
  remote<UserDO>(env.USER.getByName(userId));

/** What only fails because there is no such user (any more). */
export type NotCreated = { ok: false; code: 'not_found' };

export type Done = { ok: true } | NotCreated;

/** Where a request came from, for the list of devices and the activity log. `place` is the platform's guess. */
export interface Device {
  userAgent: string | null;
  place: string | null;
}

export type OpenedFamily =
  | { ok: true; refreshToken: string; sessionId: string; user: User }
  | { ok: false; code: 'not_found' | 'second_factor_required' | 'void' };

/** What a session or an API key may do right now. `confirmedUntil` in milliseconds, null for keys. */
export type Checked =
  | { ok: true; scopes: Scope[]; confirmedUntil: number | null }
  | { ok: false; code: 'unauthenticated' };

/** A line for the activity log. Some go out as a mail too. */
export interface AuditLine {
  action: AuditAction;
  detail?: string | null;
  device?: Device | null;
  /** For the mail: what a new key may do, how many recovery codes are left. */
  scopes?: Scope[];
  left?: number;
}

/** A link that was sent by mail and is still good. */
export interface OpenLink {
  purpose: LinkPurpose;
  email: string;
}

export type Rotated =
  | { ok: true; refreshToken: string; userId: string; sessionId: string; user: User }
  | { ok: false; code: 'refresh_invalid' | 'refresh_in_progress' };

/** What a conversation reports about itself; times in milliseconds. `rev` grows with every change. */
export interface RegistryEntry {
  id: string;
  rev: number;
  kind: Kind;
  title: string | null;
  status: Status;
  waitingFor: WaitingFor | null;
  working: boolean;
  lastOutcome: Outcome | null;
  preview: string;
  /** `seq` of the last reply or question; with what was read it decides whether the conversation is unread. */
  lastReplySeq: number;
  /** The next run that the user can expect. */
  questions: Question[];
  nextRunAt: number | null;
  /** It has schedules or webhooks. Not said by those of an earlier release. */
  byItself?: boolean;
  /** When the object's alarm must ring next, for whatever reason: the net looks after this one. */
  nextDueAt: number | null;
  /** Schedules in it that have not ended; an older conversation does not say. */
  schedules?: number;
  /** Why, where all of those are paused; an older conversation does not say. */
  pauses?: Pauses;
  /** Which those are, and which were made a short while ago and have ended. */
  scheduleIds?: ReportedSchedules;
  createdAt: number;
  updatedAt: number;
}

/** `tasks` false leaves out the conversations of sub-agents, which stand on their board. */
export type ListQuery = Omit<ListConversations, 'q'> & { tasks?: boolean };

export interface SummaryPage {
  items: ConversationSummary[];
  nextCursor: string | null;
}

export interface IssuedTicket {
  ticket: string;
  /** Seconds. */
  expiresIn: number;
}

/** A file as its owner's object knows it: `hash` (SHA-256, hex) names its bytes in R2 under `<user id>/<hash>`. */
export interface StoredFile extends File {
  hash: string;
}

/** A standing rule that a person grants with a yes. `id` makes a repeat harmless. */
export interface NewRule extends RuleBounds {
  id: string;
  toolKey: string;
  title: string;
  tainted: boolean;
}

/** What a conversation tells of one call, at its beginning and at its end; the later word holds. */
export type EffectRecord = Omit<EffectLine, 'conversationTitle'>;

/** What the model asks to be remembered. `callId` makes a repeat harmless. */
export interface NewMemory {
  callId: string;
  text: string;
  /** The memory whose place it takes. */
  replaces: string | null;
  outside: boolean;
  conversationId: string;
}

export type { User, Way };
