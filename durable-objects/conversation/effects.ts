/** Carries out what a commit promised. Each function delivers the present state once and throws when it could not. */
import { clock } from '#durable-objects/lib/clock.ts';
import { dailyRun } from '#durable-objects/daily-run/client.ts';
import { removeSome } from '#durable-objects/files/client.ts';
import { user } from '#durable-objects/user/client.ts';
import { connect } from '#shared/adapters/db/client.ts';
import { buryConversation, project } from '#shared/adapters/db/projection.ts';
import type { Input } from '#shared/core/conversation/input.ts';
import { schedulesOf, zoneOf } from '#shared/core/conversation/state.ts';
import { workReport } from '#shared/core/conversation/transition-work.ts';
import { shownSchedule } from '#shared/core/schedule/shown.ts';
import { log } from '#durable-objects/lib/log.ts';
import { RuleBounds } from '#shared/protocol/question-requests.ts';
import type { Event } from '#shared/protocol/events.ts';
import { textOf } from '#shared/core/conversation/transcript.ts';
import { noticesOf } from '#shared/core/notify/notices.ts';
import { effectLines } from '#shared/core/tools/effect-lines.ts';
import { compactionCut, compactionRequest, summaryIn } from '#shared/core/prompt/compact.ts';
import { titleIn, titleRequest } from '#shared/core/prompt/title.ts';
import type { ConversationStore } from './store.ts';
import type { Turns } from './turns.ts';
import { registryEntry } from './view.ts';

/** The effects that are rows. `forget` and `bury` are those of a deleted conversation. */
export type Owed =
  | 'tell_user'
  | 'project'
  | 'record_effects'
  | 'notify'
  | 'tell_run'
  | 'make_title'
  | 'compact'
  | 'forget'
  | 'bury';

export interface EffectWorld {
  env: Env;
  store: ConversationStore;
  turns: Turns;
  apply(input: Input): void;
  nextDue(): number | null;
  /** The conversation was deleted elsewhere for good: this object must not go on. */
  gone(): void;
}

/** Older conversations wait for their user's object to be found again. */
const ORPHAN_MS = 60_000;

/** Tries of what is nice to have: without a title the list shows the first words, and compaction is asked for again. */
export const extraTries = 4;

async function tellUser(world: EffectWorld): Promise<void> {
  const state = world.store.state();
  const answer = await user(world.env, state.ownerId).putConversation(registryEntry(state, world.nextDue()));
  if (answer.ok) return;
  // A creation that came twice, the second time after the deletion: what was deleted stays deleted.
  // A user who was there a moment ago and is not now has deleted the account in between.
  const orphan = answer.code === 'not_found' && clock.now() - state.createdAt < ORPHAN_MS;
  if (answer.code === 'gone' || orphan) world.gone();
  else throw new Error(answer.code);
}

/** Sends what changed since the last acknowledged revision. */
async function projectAll({ env, store, nextDue }: EffectWorld): Promise<void> {
  const state = store.state();
  const from = store.mark('projected_seq');
  const { messages, queue, removed } = store.transcript();
  await project(connect(env.DATABASE_URL), {
    conversation: { ...registryEntry(state, nextDue()), ownerId: state.ownerId, usage: state.usage },
    messages: [...messages, ...queue]
      .filter(({ rev }) => rev > from)
      .map((message) => ({ ...message, text: textOf(message.content) })),
    removed: removed.filter(({ rev }) => rev > from),
    ...(state.schedules === undefined
      ? {}
      : {
          schedules: schedulesOf(state).map((each) => shownSchedule(each, state.id, zoneOf(state, each))),
        }),
    runs: store.ledger.runsSince(store.mark('projected_rev')),
    runsFrom: store.ledger.runsKeptFrom(),
  });
  store.setMarks({ projected_seq: state.lastSeq, projected_rev: state.rev });
}

/** Makes the standing rule that went with a yes. The same one again is no other. */
async function grantRule(
  { questionId, end }: Extract<Event, { type: 'question_closed' }>,
  store: ConversationStore,
  env: Env,
): Promise<void> {
  const approval = store.transcript().questions[questionId]?.question.approval;
  const bounds = RuleBounds.safeParse(end.always);
  if (!approval || !bounds.success || end.ruleId === null) return;
  const { toolKey, title, outside } = approval;
  const rule = { ...bounds.data, id: end.ruleId, toolKey, title, tainted: outside.length > 0 };
  const { id, ownerId } = store.state();
  const granted = await user(env, ownerId).addRule(rule);
  if (!granted.ok) log.warn('rule_not_granted', { conversationId: id, userId: ownerId, code: granted.code });
}

/** Tells the owner's object what was done since it last heard, and which questions were brought to mind. */
async function recordEffects({ env, store }: EffectWorld): Promise<void> {
  const { id, ownerId, lastSeq, title } = store.state();
  const since = store.mark('recorded_seq');
  const owner = user(env, ownerId);
  const lines = effectLines(store.log(), since, id);
  if (lines.length > 0) await owner.recordEffects(lines);
  for (const event of store.events(since)) {
    if (event.type === 'question_closed') await grantRule(event, store, env);
    if (event.type !== 'question_reminded') continue;
    const { question } = store.transcript().questions[event.questionId] ?? {};
    if (question) await owner.remindQuestion(id, question.id, title, question.title);
  }
  store.setMarks({ recorded_seq: lastSeq });
}

/** Tells the owner's object what they should hear of since it last heard. */
async function notify({ env, store }: EffectWorld): Promise<void> {
  const { id, ownerId, lastSeq, title } = store.state();
  const since = store.mark('notified_seq');
  const { messages, questions } = store.transcript();
  const notices = noticesOf(store.events(since), {
    conversationId: id,
    title,
    runOf: (turnId) => store.ledger.runOfTurn(turnId),
    isOpen: (questionId) => questions[questionId]?.end === null,
    saidIn: (turnId) => textOf(messages.findLast((message) => message.id === turnId)?.content ?? []),
  });
  if (notices.length > 0) await user(env, ownerId).notify(notices);
  store.setMarks({ notified_seq: lastSeq });
}

/** Tells the board of the daily run that this conversation has a part in. A board that is gone needs no telling. */
async function tellRun({ env, store }: EffectWorld): Promise<void> {
  const state = store.state();
  if (state.work === undefined) return;
  await dailyRun(env, state.work.runId).report(state.ownerId, state.id, workReport(state));
}

async function makeTitle({ store, turns, apply }: EffectWorld): Promise<void> {
  if (store.state().title !== null) return;
  const request = titleRequest(store.transcript(), turns.smallModel());
  // A silent connection ends by itself; a signal with a timer of its own would keep an idle object awake.
  const { signal } = new AbortController();
  const reply = await turns.claude().stream(request, { signal, onDelta: () => {} });
  if (!reply.ok) throw new Error(reply.code);
  const title = titleIn(reply);
  apply(
    title === null
      ? { type: 'spent', usage: reply.usage }
      : { type: 'title_made', title, usage: reply.usage },
  );
}

async function compact({ store, turns, apply }: EffectWorld): Promise<void> {
  const log = store.log();
  const throughSeq = compactionCut(log);
  if (throughSeq === null) return;
  const { signal } = new AbortController();
  const request = compactionRequest(log, throughSeq, turns.smallModel());
  const reply = await turns.claude().stream(request, { signal, onDelta: () => {} });
  if (!reply.ok) throw new Error(reply.code);
  const summary = summaryIn(reply);
  apply(
    summary === null
      ? { type: 'spent', usage: reply.usage }
      : { type: 'compacted', throughSeq, summary, usage: reply.usage },
  );
}

/** What the conversation made goes with it: bytes first, so that a try that breaks off is found again by its rows. */
async function removeFiles(env: Env, ownerId: string, id: string): Promise<void> {
  const owner = user(env, ownerId);
  for (;;) {
    const made = await owner.filesMadeIn(id);
    if (made.length === 0) return;
    await removeSome(env, ownerId, made);
    await owner.removeFiles(made);
  }
}

/** Delivers one effect. Throws when it has to be tried again. */
export async function deliver(type: Owed, world: EffectWorld): Promise<void> {
  const { env, store } = world;
  const { id, ownerId, rev } = store.state();
  switch (type) {
    case 'tell_user':
      return await tellUser(world);
    case 'project':
      return await projectAll(world);
    case 'record_effects':
      return await recordEffects(world);
    case 'notify':
      return await notify(world);
    case 'tell_run':
      return await tellRun(world);
    case 'make_title':
      return await makeTitle(world);
    case 'compact':
      return await compact(world);
    case 'forget':
      await user(env, ownerId).removeConversation(id);
      await removeFiles(env, ownerId, id);
      return;
    case 'bury':
      await buryConversation(connect(env.DATABASE_URL), { id, ownerId, rev: rev + 1 });
      return;
    default:
      return type satisfies never;
  }
}
