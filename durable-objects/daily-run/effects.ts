/** Carries out what a commit of a run promised. Each delivers the present state once and throws when it could not. */
import { conversation } from '#durable-objects/conversation/client.ts';
import { clock } from '#durable-objects/lib/clock.ts';
import { user } from '#durable-objects/user/client.ts';
import { connect } from '#shared/adapters/db/client.ts';
import { projectDailyRun } from '#shared/adapters/db/daily-projection.ts';
import type { DailyEffect, DailyInput } from '#shared/core/daily/input.ts';
import { type Actor, findTask, type RunState } from '#shared/core/daily/run-state.ts';
import { reportWords, shownSummary, shownTask } from '#shared/core/daily/shown.ts';
import { learnedBy, offeredTo } from './outside.ts';
import type { DailyRunStore } from './store.ts';

export type Owed = DailyEffect['type'];

export interface EffectWorld {
  env: Env;
  store: DailyRunStore;
  apply(input: DailyInput): void;
  nextDue(): number | null;
}

const titleOf = (state: RunState, { taskId }: Actor): string =>
  taskId === null ? `Daily run, ${state.date}` : (findTask(state, taskId)?.title ?? 'Task');

/** Tasks that were completed after all: whoever carries them over need not. */
const doneLate = ({ tasks }: RunState): string[] =>
  tasks.filter(({ late, status }) => late && status === 'completed').map(({ id }) => id);

/** Makes the conversation of an actor. The same again changes nothing. */
async function make({ env, store }: EffectWorld, actor: Actor): Promise<boolean> {
  const state = store.state();
  const isLead = actor.role === 'lead';
  const made = await conversation(env, actor.id).create({
    id: actor.id,
    ownerId: state.ownerId,
    kind: isLead ? 'daily' : 'task',
    title: titleOf(state, actor),
    message: null,
    turnId: actor.id,
    work: {
      runId: state.id,
      role: actor.role,
      tools: actor.tools,
      endsAt: state.endsAt,
      dry: state.trigger === 'dry',
      tokenBudget: isLead ? null : state.settings.tokenBudget,
    },
  });
  return made.ok;
}

/** Brings one conversation up to what the board wants of it: made, told, ended. */
async function bring(world: EffectWorld, actorId: string): Promise<void> {
  const { env, store, apply } = world;
  const actorNow = () => store.state().actors.find(({ id }) => id === actorId);
  const before = actorNow();
  if (before === undefined) return;
  if (!before.created) {
    // Nobody is made for a window that is over. Whoever came to be and could not say so is put away.
    if (before.wish !== 'none') {
      await conversation(env, actorId).endWork(store.state().ownerId, true);
      return apply({ type: 'told', actorId, letters: letterIds(before), heard: true });
    }
    if (!(await make(world, before))) return apply({ type: 'actor_missing', actorId });
  }
  const { ownerId, outside } = store.state();
  const stub = conversation(env, actorId);
  // Looked at anew: while it was made the run may have been ended.
  const actor = actorNow() ?? before;
  if (actor.letters.length > 0) {
    const told = await stub.board(ownerId, actor.letters, outside);
    if (!told.ok && told.code === 'not_found') return apply({ type: 'actor_missing', actorId });
    if (!told.ok) throw new Error(told.code);
    apply({ type: 'told', actorId, letters: letterIds(actor), heard: false });
    // It has said more meanwhile, perhaps its end, while its letters stood as not heard: it is asked anew.
    const isOld = told.report.rev < (actorNow()?.rev ?? 0);
    const said = isOld ? await stub.workReport(ownerId) : told;
    if (said.ok) apply({ type: 'report_of_actor', actorId, report: said.report });
  }
  const { wish, heard } = actorNow() ?? actor;
  if (wish === 'none' || heard) return;
  const ended = await stub.endWork(ownerId, wish === 'archive');
  if (!ended.ok) return apply({ type: 'actor_missing', actorId });
  // Another wish may have come meanwhile: then this one was not the last.
  apply({ type: 'told', actorId, letters: [], heard: actorNow()?.wish === wish });
  apply({ type: 'report_of_actor', actorId, report: ended.report });
}

const letterIds = ({ letters }: Actor): string[] => letters.map(({ id }) => id);

const hasWish = ({ letters, wish, heard }: Actor): boolean =>
  letters.length > 0 || (wish !== 'none' && !heard);

/** One that cannot be reached holds none of the others up. */
async function all(ids: ReadonlyArray<string>, run: (id: string) => Promise<void>): Promise<void> {
  const results = await Promise.allSettled(ids.map(run));
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

async function ping({ env, store, apply }: EffectWorld): Promise<void> {
  const { actors, ownerId } = store.state();
  const asked = actors.filter(({ created, wish }) => created && wish !== 'archive').map(({ id }) => id);
  await all(asked, async (actorId) => {
    const said = await conversation(env, actorId).workReport(ownerId);
    apply(
      said.ok
        ? { type: 'report_of_actor', actorId, report: said.report }
        : { type: 'actor_missing', actorId },
    );
  });
}

/** Delivers one effect. Throws when it has to be tried again. */
export async function deliver(type: Owed, world: EffectWorld): Promise<void> {
  const { env, store, nextDue } = world;
  const state = store.state();
  switch (type) {
    case 'equip': {
      const [offered, learned] = await Promise.all([
        offeredTo(env, state.ownerId),
        learnedBy(env, state.ownerId, state.id, clock.now()),
      ]);
      world.apply({ type: 'equipped', offered, learned });
      return;
    }
    case 'actors':
      return await all(
        state.actors.filter(hasWish).map(({ id }) => id),
        (id) => bring(world, id),
      );
    case 'ping':
      return await ping(world);
    case 'tell_user':
      await user(env, state.ownerId).putDailyRun(shownSummary(state), nextDue(), doneLate(state));
      return;
    case 'project': {
      const now = clock.now();
      await projectDailyRun(connect(env.DATABASE_URL), {
        ownerId: state.ownerId,
        run: shownSummary(state),
        leadId: state.leadId,
        report: state.report === null ? null : reportWords(state.report),
        tasks: state.tasks.map((task) => shownTask(task, state, now)),
        archived: state.phase === 'reported' || state.phase === 'ended',
      });
      return;
    }
    case 'deliver_report':
      if (state.report !== null)
        await user(env, state.ownerId).deliverReport({
          id: state.id,
          title: `Daily summary, ${state.date}`,
          text: state.report.text,
          path: `/today/${state.id}`,
        });
      return;
    case 'notify': {
      const notices = store.notices();
      if (notices.length > 0) await user(env, state.ownerId).notify(notices);
      store.dropNotices(notices.map(({ id }) => id));
      return;
    }
    default:
      return type satisfies never;
  }
}
