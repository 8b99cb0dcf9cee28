/** Schedules, receipts and runs in plain words. Codes of the server are never shown. */
import type { CalendarItem } from '#shared/protocol/calendar.ts';
import type { Run } from '#shared/protocol/run.ts';
import type {
  Occurrence,
  PauseReason,
  Pauses,
  RemovedSchedule,
  Schedule,
} from '#shared/protocol/schedule.ts';
import type {
  Delivery,
  DeliveryStatus,
  WaitReason,
  Webhook,
  WebhookScheme,
  WhileBusy,
} from '#shared/protocol/webhook.ts';
import { causeOf, limitOf } from '#web/features/trouble/turn-words.ts';
import { dayWords, timeOfDay } from '#web/ui/time.ts';

export type Tone = 'ok' | 'working' | 'waiting' | 'failed' | 'scheduled' | 'archived';

interface Said {
  tone: Tone;
  word: string;
}

const DAY = 24 * 60 * 60_000;

/** A time to come: "today 08:00", "tomorrow 08:00", "Thursday 08:00", then the date. Also for times gone by. */
export function whenWords(iso: string, zone: string, now: number): string {
  const time = timeOfDay(iso, zone);
  const day = dayWords(iso, zone, now);
  if (Date.parse(iso) < now)
    return `${day === 'Today' || day === 'Yesterday' ? day.toLowerCase() : day} ${time}`;
  const today = dayWords(new Date(now).toISOString(), zone, Date.parse(iso));
  if (today === 'Today') return `today ${time}`;
  if (today === 'Yesterday') return `tomorrow ${time}`;
  // Told from that day on, the present is so many days ago; its own name is what is wanted.
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'long',
    ...(Date.parse(iso) - now < 6 * DAY ? {} : { day: 'numeric', month: 'long' }),
  });
  return `${format.format(Date.parse(iso))} ${time}`;
}

const pauses: Record<PauseReason, string> = {
  user: 'Paused by you',
  assistant: 'Paused by Claude',
  archived: 'Paused with its conversation',
  failing: 'Paused by itself: five runs in a row failed or were cut off',
  crashing: 'Paused by itself: its work broke off again and again',
};

export const pauseWords = (reason: PauseReason | null): string => pauses[reason ?? 'user'];

const itself = (count: number) => (count === 1 ? 'itself' : 'themselves');

/** The same of several. */
const pausedBy: Record<PauseReason, (count: number) => string> = {
  user: () => 'paused by you',
  assistant: () => 'paused by Claude',
  archived: () => 'paused with the archive',
  failing: (count) => `paused ${itself(count)} after five runs in a row that failed or were cut off`,
  crashing: (count) => `paused ${itself(count)}, as the work broke off again and again`,
};

/** Why all schedules of a conversation stand still. @param pauses undefined where that was not told */
export function pausesWords(pauses: Pauses | undefined, isArchived: boolean): string {
  const [first, ...others] = pauses ?? [];
  if (pauses === undefined || first === undefined)
    return isArchived ? 'Stands still in the archive' : 'All its schedules are paused';
  const { reason, count } = first;
  const words = pausedBy[reason](count);
  if (others.length > 0) {
    const each = pauses.map((pause) => `${pause.count} ${pausedBy[pause.reason](pause.count)}`);
    return `Schedules: ${each.join(', ')}`;
  }
  return count === 1 ? words.replace(/^p/, 'P') : `${count} schedules, ${words}`;
}

/** How a schedule stands, and when it comes next. */
export function scheduleSaid(schedule: Schedule, zone: string, now: number): Said {
  const { status, paused, nextAt, retryAt, failures } = schedule;
  if (status === 'ended') return { tone: 'archived', word: 'Ended' };
  if (status === 'paused')
    return {
      tone: paused === 'failing' || paused === 'crashing' ? 'failed' : 'archived',
      word: pauseWords(paused),
    };
  if (retryAt !== null)
    return {
      tone: 'failed',
      word: `Failed ${failures === 1 ? 'once' : `${failures} times`}, tried again ${whenWords(retryAt, zone, now)}`,
    };
  if (nextAt === null) return { tone: 'working', word: 'Under way' };
  const next = `Next ${whenWords(nextAt, zone, now)}`;
  if (failures === 0) return { tone: 'scheduled', word: next };
  const many = failures === 1 ? 'a run that failed or was' : `${failures} runs that failed or were`;
  return { tone: 'waiting', word: `${next}, after ${many} cut off` };
}

/** How a schedule that is gone came to its end. */
export function removedWords(
  { change, at, by }: Pick<RemovedSchedule, 'change' | 'at' | 'by'>,
  zone: string,
  now: number,
): string {
  const when = whenWords(at, zone, now);
  if (change === 'ended') return `Ended ${when}, and made room for others`;
  return `Removed by ${by === 'user' ? 'you' : 'Claude'} ${when}`;
}

const statuses: Record<Occurrence['status'], Said> = {
  ran: { tone: 'ok', word: 'Ran' },
  late: { tone: 'waiting', word: 'Ran late' },
  skipped: { tone: 'archived', word: 'Skipped' },
  missed: { tone: 'failed', word: 'Missed' },
  blocked: { tone: 'waiting', word: 'Held' },
  failed: { tone: 'failed', word: 'Failed' },
};

const reasons: Readonly<Record<string, string>> = {
  on_time: 'on time',
  by_hand: 'started by hand',
  arrived: 'something arrived at the webhook',
  tried_again: 'tried again after it failed',
  was_down: 'the app was down at that time',
  was_busy: 'the conversation was at work',
  waiting_for_you: 'the conversation waited for you',
  one_waits_already: 'one was waiting already',
  too_late: 'when it could have started, it was too late for a run',
  skips_missed: 'it could not start in time, and this schedule skips what it misses',
  backing_off: 'the run before had failed, and the next try waited',
  zone_changed: 'you came into another time zone, and this time of the day had passed already',
  was_removed: 'the schedule was removed',
  was_paused: 'the schedule was paused',
  was_archived: 'the conversation was archived',
};

/** What became of a due time, and why. */
export function receiptSaid({
  status,
  reason,
  count,
}: Pick<Occurrence, 'status' | 'reason' | 'count'>): Said & { why: string } {
  const limit = limitOf(reason);
  const cause = limit === null ? causeOf(reason) : plain(limit);
  const why = reasons[reason] ?? cause.replace(/^(?!Claude)./, (first) => first.toLowerCase());
  const { tone, word } = limit === null ? statuses[status] : outcomes.limit;
  return { tone, word: count === 1 ? word : `${word}, ${count} times in a row`, why };
}

/** How an item of the calendar stands or fared, and why. */
export function calendarSaid(item: CalendarItem): Said & { why: string | null } {
  const { status, reason, count, run } = item;
  if (status === 'due')
    return { tone: 'scheduled', word: count === 1 ? 'Due' : `Due, ${count} times`, why: null };
  if (status === 'again') return { tone: 'failed', word: 'Tried again then', why: 'it failed before' };
  const said = receiptSaid({ status, reason: reason ?? '', count });
  const times = count === 1 ? said.word : said.word.replace(' in a row', '');
  if (run === null || (status !== 'ran' && status !== 'late')) return { ...said, word: times };
  // That it was begun is half of the truth: how it ended is the rest.
  const { tone, word, why } = runSaid(run);
  return {
    tone,
    word: status === 'late' ? `${word}, late` : word,
    why: why === null ? said.why : `${said.why}; ${why}`,
  };
}

const triggers: Record<Run['trigger']['type'], string> = {
  message: 'You wrote',
  queue: 'You wrote',
  regenerate: 'Written again',
  answer: 'You answered',
  schedule: 'Schedule',
  webhook: 'Webhook',
  board: 'Daily run',
};

/** What set a run off. */
export function triggerWords({ trigger: { type, source } }: Pick<Run, 'trigger'>): string {
  if (source === undefined) return triggers[type];
  if (source.rehearsal) return `Rehearsal of “${source.name}”`;
  const many =
    source.deliveries !== undefined && source.deliveries > 1 ? `, ${source.deliveries} deliveries` : '';
  const also = source.together === undefined ? '' : ` and ${source.together.length} more`;
  return `${triggers[type]} “${source.name}”${also}${many}`;
}

const outcomes: Record<NonNullable<Run['outcome']>, Said> = {
  completed: { tone: 'ok', word: 'Done' },
  unverified: { tone: 'waiting', word: 'Done, without evidence' },
  waiting: { tone: 'waiting', word: 'Waiting for you' },
  stopped: { tone: 'archived', word: 'Stopped' },
  failed: { tone: 'failed', word: 'Failed' },
  limit: { tone: 'waiting', word: 'Cut off at a limit' },
  expired: { tone: 'failed', word: 'Time ran out' },
};

/** What a person can do about a run that was cut off. */
const remedies: Readonly<Record<string, string>> = {
  max_tokens: 'Say “go on” to hear the rest, or ask for less at once.',
  context_window: 'Start a new conversation to go on.',
  max_steps: 'Say “go on” to let it continue, or give it less to do in one run.',
  deadline: 'Say what is still to do, or give the daily run a longer window in its settings.',
  token_budget: 'Say what is still to do, or allow a task more tokens in the settings of the daily run.',
};

/** A sentence before something that goes on. */
const plain = (sentence: string): string => sentence.replace(/\.$/, '');

/** How a run stands or ended, truthfully: in a word, why, and what can be done about it where it was cut off. */
export function runSaid({
  status,
  outcome,
  code,
}: Pick<Run, 'status' | 'outcome' | 'code'>): Said & { why: string | null; remedy: string | null } {
  if (status === 'running') return { tone: 'working', word: 'Working', why: null, remedy: null };
  const said = outcomes[outcome ?? 'completed'];
  if (outcome === 'failed') return { ...said, why: causeOf(code), remedy: null };
  const limit = outcome === 'limit' ? limitOf(code) : null;
  if (limit === null) return { ...said, why: null, remedy: null };
  return { ...said, why: plain(limit), remedy: remedies[code ?? ''] ?? null };
}

/** How a webhook stands. One without its secret does not listen, whatever it is set to. */
export function webhookSaid({
  status,
  paused,
  secretPending,
}: Pick<Webhook, 'status' | 'paused' | 'secretPending'>): Said {
  if (status === 'paused')
    return { tone: paused === 'failing' ? 'failed' : 'archived', word: pauseWords(paused) };
  return secretPending
    ? { tone: 'waiting', word: 'Waits for its secret' }
    : { tone: 'scheduled', word: 'Listening' };
}

/** Slack and Stripe make the secret themselves: here it is entered. */
export const isTheirSecret = (scheme: WebhookScheme): boolean => scheme === 'slack' || scheme === 'stripe';

export const busyWords: Record<WhileBusy, string> = {
  merge: 'Wait, then one run for all',
  queue: 'Wait, then one run for each',
  ignore: 'Let it go',
};

export const schemeWords: Record<WebhookScheme, { label: string; line: string }> = {
  github: { label: 'GitHub', line: 'Enter address and secret under Settings, Webhooks of the repository.' },
  slack: { label: 'Slack', line: 'Take the signing secret from the app’s Basic Information.' },
  stripe: { label: 'Stripe', line: 'Take the signing secret that Stripe shows for the endpoint.' },
  standard: { label: 'Standard Webhooks', line: 'Anything that signs as standardwebhooks.com says.' },
  url: { label: 'Secret address', line: 'Anything that can post. Whoever knows the address can send.' },
};

const deliveries: Record<DeliveryStatus, Said> = {
  waiting: { tone: 'waiting', word: 'Waits for its run' },
  accepted: { tone: 'ok', word: 'Taken in' },
  filtered: { tone: 'archived', word: 'Did not meet the conditions' },
  ignored: { tone: 'archived', word: 'Let go: Claude was at work, or another one waited' },
  paused: { tone: 'archived', word: 'Kept: the webhook was paused' },
};

const waits: Record<WaitReason, string> = {
  paused: 'Waits: the webhook is paused',
  waiting_for_you: 'Waits: Claude asked you something first',
  tried_again: 'Waits: a run before it failed and is tried again',
  backing_off: 'Waits: the run before it was cut off at a limit',
  runs_keep_apart: 'Waits: runs of this hour keep apart',
  at_work: 'Waits: Claude is at work',
};

/** What became of a delivery; of one that waits, why. */
export function deliverySaid(
  { status, waits: wait }: Pick<Delivery, 'status' | 'waits'>,
  { runsUsed, runsPerHour }: Pick<Webhook, 'runsUsed' | 'runsPerHour'>,
): Said {
  const { tone, word } = deliveries[status];
  if (wait == null) return { tone, word };
  const isCounted = wait.reason === 'runs_keep_apart' && runsUsed !== undefined && runsPerHour !== undefined;
  return { tone, word: `${waits[wait.reason]}${isCounted ? `, ${runsUsed} of ${runsPerHour} used` : ''}` };
}

const tests: Partial<Record<DeliveryStatus, string>> = {
  accepted: 'The test started a run',
  filtered: 'The test was left out by the filter: the sample does not meet the conditions',
  paused: 'The test was kept and started nothing: the webhook is paused',
};

/** What became of a test that a person has just sent. */
export const testWords = (
  delivery: Pick<Delivery, 'status' | 'waits'>,
  webhook: Pick<Webhook, 'runsUsed' | 'runsPerHour'>,
): string => tests[delivery.status] ?? `The test arrived. ${deliverySaid(delivery, webhook).word}`;
