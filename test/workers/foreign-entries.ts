/** What somebody else tries with each route: the owner's ids wherever an id can stand. */
import { v4 as uuidv4 } from 'uuid';
import { usualSettings } from '#shared/core/daily/window.ts';
import { type RouteName } from '#shared/protocol/routes.ts';
import { ORIGIN } from '#worker/test-browser.ts';

/** The words that only the owner has. */
export const CANARY = `canary-${uuidv4()}`;

/** Good tickets, but of the stranger. */
export interface Tickets {
  ticket: string;
  conversationTicket: string;
}

export interface Owned {
  conversationId: string;
  messageId: string;
  sessionId: string;
  apiKeyId: string;
  passkeyId: string;
  connectionId: string;
  /** A conversation that has asked, and what it asked. */
  askingId: string;
  questionId: string;
  ruleId: string;
  memoryId: string;
  fileId: string;
  scheduleId: string;
  runId: string;
  webhookId: string;
  deliveryId: string;
  dailyRunId: string;
  taskId: string;
  channelId: string;
  sentId: string;
}

export interface Attempt {
  query?: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** Path parameters that are the caller's own, where only the rest is the owner's. */
  own?: Partial<Record<string, string>>;
  /** What to expect instead of 404, where a ticket that is not the caller's is no ticket at all. */
  expect?: [number, string];
}

/**
 * `ids`: attempts with the owner's ids in the path or body, each refused. `none`: the route takes no ids; called with
 * this, it must show nothing of the owner. `open`: anybody may call it; why that is harmless.
 */
export type Entry =
  | { ids: (owned: Owned & Tickets, stranger: { conversationId: string }) => Attempt[] }
  | { none: Attempt }
  | { open: string };

const json = (body: unknown = {}): Entry => ({ ids: () => [{ body }] });
const plain: Entry = { ids: () => [{}] };
/** A route of a daily run: its id stands where that of a conversation's run stands elsewhere. */
const daily = (body?: unknown): Entry => ({
  ids: ({ dailyRunId }) => [{ own: { runId: dailyRunId }, ...(body === undefined ? {} : { body }) }],
});
const self = (attempt: Attempt = {}): Entry => ({ none: attempt });
const daysFromNow = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
const upgrade = { upgrade: 'websocket', origin: ORIGIN };
export const no401: [number, string] = [401, 'unauthenticated'];

const credential = { id: 'x', rawId: 'x', type: 'public-key', response: {} };

/** What a stranger tries with each route. */
export const entries = {
  health: { open: 'says whether the app is up' },
  signUp: { open: 'makes a new account' },
  signIn: { open: 'needs the password' },
  refresh: { open: 'needs the refresh token' },
  signOut: { open: 'needs the refresh token' },
  waysIn: { open: 'says what the server can do' },
  requestReset: { open: 'answers the same for every address' },
  resetPassword: { open: 'needs the token of a mail' },
  verifyEmail: { open: 'needs the token of a mail' },
  passkeyOptions: { open: 'gives a challenge' },
  passkeySignIn: { open: 'needs the passkey' },
  recoverySignIn: { open: 'needs the first factor and a code' },
  googleStart: { open: 'leads to Google' },
  googleCallback: { open: 'needs the cookie of the same browser' },
  deletion: { open: 'holds no personal data; its id is told to its owner alone' },
  getMe: self(),
  updateMe: self({ body: {} }),
  deleteMe: { open: 'takes the account of the caller and no id; tried in its own test' },
  confirm: self({ body: { password: 'not the password' } }),
  confirmOptions: self(),
  requestVerification: self(),
  changeEmail: self({ body: { email: `${uuidv4()}@example.com` } }),
  changePassword: self({ body: { password: 'a new password for myself' } }),
  getSecurity: self(),
  setSecondFactor: self({ body: { on: false } }),
  unlinkGoogle: self(),
  newPasskeyOptions: self(),
  addPasskey: self({ body: { token: 'x', credential } }),
  renamePasskey: json({ name: 'mine now' }),
  removePasskey: plain,
  listSessions: self(),
  endSession: plain,
  endOtherSessions: self(),
  listApiKeys: self(),
  createApiKey: self({ body: { name: 'mine', scopes: ['read'] } }),
  revokeApiKey: plain,
  listAudit: self({ query: '?limit=200' }),
  markAuditSeen: self(),
  exportAll: { ids: ({ conversationTicket }) => [{ query: `?ticket=${conversationTicket}`, expect: no401 }] },
  userTicket: self(),
  userEvents: {
    ids: ({ conversationTicket }) => [
      { query: `?ticket=${conversationTicket}`, headers: upgrade, expect: no401 },
    ],
  },
  listConversations: self({ query: `?q=${CANARY}` }),
  // The id of a conversation that is somebody else's: nothing may be made of it, and nothing told.
  createConversation: {
    ids: ({ conversationId, messageId }) => [
      { body: { id: conversationId } },
      { body: { id: conversationId, message: { id: messageId, text: 'hello' } } },
    ],
  },
  getConversation: plain,
  updateConversation: json({ title: 'mine now', status: 'archived' }),
  deleteConversation: plain,
  markRead: json({ seq: 1 }),
  stop: plain,
  listMessages: { ids: () => [{}, { query: '?after=0' }] },
  sendMessage: {
    ids: ({ messageId }) => [{ body: { text: 'hello' } }, { body: { id: messageId, text: 'hello' } }],
  },
  editMessage: {
    ids: (_owned, { conversationId }) => [
      { body: { text: 'x' } },
      { body: { text: 'x' }, own: { conversationId } },
    ],
  },
  dropMessage: { ids: (_owned, { conversationId }) => [{}, { own: { conversationId } }] },
  regenerate: { ids: (_owned, { conversationId }) => [{}, { own: { conversationId } }] },
  events: {
    ids: ({ ticket, conversationTicket }) => [
      {},
      { query: '?after=0' },
      { headers: { accept: 'text/event-stream' } },
      { headers: upgrade },
      { query: `?ticket=${ticket}`, headers: upgrade, expect: no401 },
      { query: `?ticket=${conversationTicket}`, headers: upgrade, expect: no401 },
      { query: `?ticket=${ticket}`, headers: { accept: 'text/event-stream' }, expect: no401 },
    ],
  },
  ticket: plain,
  inbox: self(),
  getQuestion: {
    ids: ({ askingId }, { conversationId }) => [
      { own: { conversationId: askingId } },
      { own: { conversationId } },
    ],
  },
  answerQuestion: {
    ids: ({ askingId }, { conversationId }) => [
      { body: { text: 'mine now' }, own: { conversationId: askingId } },
      { body: { decision: 'approve' }, own: { conversationId: askingId } },
      { body: { text: 'mine now' }, own: { conversationId } },
    ],
  },
  listConnections: self(),
  connectionCatalog: self(),
  createConnection: self({ body: { slug: 'no-such-server' } }),
  updateConnection: { ids: () => [{ body: { name: 'mine now' } }, { body: { token: 'mine now' } }] },
  removeConnection: plain,
  checkConnection: plain,
  listTools: self(),
  // The owner's connection is named in the body: neither may its tool be set nor its definition be looked at.
  updateTools: {
    ids: ({ connectionId }) => [
      { body: { settings: { [`${connectionId}/${CANARY}`]: 'auto' } } },
      { body: { reviewed: [{ key: `${connectionId}/${CANARY}`, hash: 'x' }] } },
    ],
  },
  listRules: self(),
  removeRule: plain,
  listEffects: { none: { query: '?limit=200' } },
  listMemory: self(),
  updateMemory: json({ text: 'mine now' }),
  removeMemory: plain,
  clearMemory: self(),
  uploadFile: self({ body: {}, headers: { 'x-file-name': 'mine.json' } }),
  listFiles: self({ query: '?limit=200' }),
  getFile: plain,
  removeFile: plain,
  // What it costs is told by the runs of a conversation, what is left by a schedule of it.
  previewSchedule: {
    ids: ({ conversationId, scheduleId }, stranger) => [
      { body: { cron: '0 8 * * *', conversationId } },
      { body: { cron: '0 8 * * *', conversationId: stranger.conversationId, scheduleId } },
    ],
  },
  previewCall: {
    ids: ({ askingId }, { conversationId }) => [
      { body: { input: {} }, own: { conversationId: askingId } },
      { body: { input: {} }, own: { conversationId } },
    ],
  },
  calendar: self({ query: `?from=${daysFromNow(-10)}&to=${daysFromNow(20)}` }),
  listSchedules: plain,
  listRemovedSchedules: plain,
  createSchedule: {
    ids: ({ scheduleId }) => [
      { body: { immediate: true, instruction: 'mine now' } },
      { body: { id: scheduleId, immediate: true, instruction: 'mine now' } },
    ],
  },
  updateSchedule: {
    ids: (_owned, { conversationId }) => [
      { body: { instruction: 'mine now' } },
      { body: { instruction: 'mine now' }, own: { conversationId } },
    ],
  },
  removeSchedule: { ids: (_owned, { conversationId }) => [{}, { own: { conversationId } }] },
  runSchedule: { ids: (_owned, { conversationId }) => [{}, { own: { conversationId } }] },
  listOccurrences: plain,
  listRuns: plain,
  getRun: { ids: (_owned, { conversationId }) => [{}, { own: { conversationId } }] },
  listWebhooks: plain,
  createWebhook: {
    ids: ({ webhookId }) => [
      { body: { name: 'mine', scheme: 'github' } },
      { body: { id: webhookId, name: 'mine', scheme: 'github' } },
    ],
  },
  updateWebhook: {
    ids: (_owned, { conversationId }) => [
      { body: { instruction: 'mine now' } },
      { body: { instruction: 'mine now' }, own: { conversationId } },
    ],
  },
  removeWebhook: { ids: (_owned, { conversationId }) => [{}, { own: { conversationId } }] },
  showWebhookSecret: { ids: (_owned, { conversationId }) => [{}, { own: { conversationId } }] },
  rotateWebhook: {
    ids: (_owned, { conversationId }) => [{ body: {} }, { body: {}, own: { conversationId } }],
  },
  endOldSecret: { ids: (_owned, { conversationId }) => [{}, { own: { conversationId } }] },
  testWebhook: { ids: (_owned, { conversationId }) => [{}, { own: { conversationId } }] },
  rehearse: json({ instruction: 'mine now' }),
  allowRehearsed: {
    ids: ({ runId }, { conversationId }) => [
      { body: { ruleIds: [runId] } },
      { body: { ruleIds: [runId] }, own: { conversationId } },
    ],
  },
  getNote: plain,
  setNote: json({ text: 'mine now' }),
  listNotifications: self(),
  readNotifications: {
    none: { body: { all: true } },
  },
  getNotificationSettings: self(),
  setNotificationSettings: { none: { body: { only: 'all', quiet: null } } },
  listDeliveries: { ids: (_owned, { conversationId }) => [{}, { own: { conversationId } }] },
  getDelivery: { ids: (_owned, { conversationId }) => [{}, { own: { conversationId } }] },
  replayDelivery: { ids: (_owned, { conversationId }) => [{}, { own: { conversationId } }] },
  getDailySettings: self(),
  setDailySettings: { none: { body: { ...usualSettings, style: 'mine' } } },
  listDailyRuns: self(),
  startDailyRun: { ids: ({ dailyRunId }) => [{ body: { id: dailyRunId }, expect: [409, 'id_conflict'] }] },
  getDailyRun: daily(),
  nodDailyRun: daily(),
  stopDailyRun: daily(),
  listDailyTasks: daily(),
  addDailyTask: daily({ text: 'mine' }),
  updateDailyTask: daily({ thumb: 'down' }),
  cancelDailyTask: daily(),
  decideDailyTask: daily({ action: 'drop' }),
  carryDailyTask: daily(),
  listChannels: self(),
  createChannel: { none: { body: { kind: 'slack', url: 'https://hooks.slack.com/services/T/B/x' } } },
  updateChannel: json({ name: 'mine' }),
  removeChannel: plain,
  testChannel: plain,
  listSent: plain,
  resendSent: plain,
  dailyHistory: self(),
  dailyAnalytics: self(),
} satisfies Record<RouteName, Entry>;
