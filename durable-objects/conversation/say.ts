/** What a decision is worth a line of the app's log: names, figures and codes, never what was said. */
import { log } from '#durable-objects/lib/log.ts';
import type { Transition } from '#shared/core/conversation/input.ts';

export function say({ state, log: entries }: Pick<Extract<Transition, { ok: true }>, 'state' | 'log'>): void {
  const lines = log.with({ conversationId: state.id, userId: state.ownerId });
  for (const { event } of entries) {
    switch (event.type) {
      case 'turn_started':
        lines.info('turn_started', {
          turnId: event.turnId,
          model: event.model,
          demo: event.demo,
          seq: event.seq,
        });
        break;
      case 'turn_retrying':
        lines.warn('turn_retrying', { turnId: event.turnId, attempt: event.attempt, code: event.code });
        break;
      case 'step_done':
        lines.info('step_done', {
          turnId: event.turnId,
          step: event.step,
          reason: event.stopReason,
          inputTokens: event.usage.inputTokens,
          outputTokens: event.usage.outputTokens,
          cacheReadTokens: event.usage.cacheReadTokens,
          cacheWriteTokens: event.usage.cacheWriteTokens,
          cost: event.usage.cost,
        });
        break;
      case 'tool_intended':
        lines.info('tool_intended', {
          turnId: event.turnId,
          callId: event.intent.callId,
          kind: event.intent.risk,
          reason: event.intent.allowedBy.type,
        });
        break;
      case 'tool_ended':
        lines.info('tool_ended', {
          turnId: event.turnId,
          outcome: event.outcome ?? 'ok',
          ms: event.durationMs ?? 0,
        });
        break;
      case 'question_asked':
        lines.info('question_asked', { turnId: event.turnId, kind: event.question.kind });
        break;
      case 'question_closed':
        lines.info('question_closed', { outcome: event.end.outcome });
        break;
      case 'schedule_changed':
        lines.info('schedule_changed', { scheduleId: event.scheduleId, kind: event.change });
        break;
      case 'webhook_changed':
        lines.info('webhook_changed', { webhookId: event.webhookId, kind: event.change });
        break;
      case 'turn_ended':
        lines.info('turn_ended', {
          turnId: event.turnId,
          outcome: event.outcome,
          ...(event.code === null ? {} : { code: event.code }),
          ms: event.durationMs,
        });
        break;
      default:
        break;
    }
  }
}
