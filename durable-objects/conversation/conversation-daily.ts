/** The remote methods of a conversation that has a part in a daily run; its board calls them. */
import { v7 as uuidv7 } from 'uuid';
import { instant } from '#shared/core/schedule/instant.ts';
import { clock } from '#durable-objects/lib/clock.ts';
import { workReport, type WorkReport } from '#shared/core/conversation/transition-work.ts';
import type { ProblemCode } from '#shared/protocol/problem.ts';
import { ConversationHooks } from './conversation-hooks.ts';

type Told = { ok: true; report: WorkReport } | { ok: false; code: ProblemCode };

const missing = { ok: false as const, code: 'not_found' as const };

export abstract class ConversationDaily extends ConversationHooks {
  /** Takes words of the board, each once. `outside`: parts of them came from outside. */
  async board(
    ownerId: string,
    letters: ReadonlyArray<{ id: string; text: string }>,
    outside: boolean,
  ): Promise<Told> {
    const engine = this.opened(ownerId);
    const { work } = engine?.store.state() ?? {};
    if (engine === null || work === undefined) return missing;
    for (const { id, text } of letters) {
      if (engine.store.accepted(id) !== null) continue;
      const turnId = uuidv7();
      const now = instant(clock.now());
      const decided = engine.apply(
        {
          type: 'board_message',
          messageId: id,
          text,
          source: {
            id: work.runId,
            name: 'Daily run',
            dueAt: now,
            board: true,
            ...(outside ? { outside: true } : {}),
          },
          turnId,
          model: engine.turns.model(),
        },
        (state, log) => {
          const seq = log[0]?.event.seq ?? state.lastSeq;
          engine.store.accept(id, { turnId: state.nextTurnId ?? state.turn?.id ?? turnId, seq });
        },
      );
      // What comes too late is as good as told: nothing begins with it any more.
      if (!decided.ok && decided.refusal !== 'run_over' && decided.refusal !== 'conversation_archived')
        return { ok: false, code: decided.refusal };
    }
    return { ok: true, report: workReport(engine.store.state()) };
  }

  /**
   * Its part is over: nothing new is called, what is in flight ends. `archive`: it is put away, too, but for one in which
   * its person has begun something of their own meanwhile.
   */
  async endWork(ownerId: string, archive: boolean): Promise<Told> {
    const engine = this.opened(ownerId);
    if (engine === null) return missing;
    engine.due.endWork();
    if (archive && engine.store.state().turn?.free !== true)
      engine.apply({ type: 'archive', partial: engine.live.text() });
    return { ok: true, report: workReport(engine.store.state()) };
  }

  /** What it would tell its board now; wakes what is stuck. */
  async workReport(ownerId: string): Promise<Told> {
    const engine = this.opened(ownerId);
    if (engine === null) return missing;
    engine.ring();
    return { ok: true, report: workReport(engine.store.state()) };
  }
}
