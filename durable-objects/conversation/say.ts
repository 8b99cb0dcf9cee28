/** What a decision is worth a line of the app's log: names, figures and codes, never what was said. */
import { log } from '#durable-objects/lib/log.ts';
import type { LogEntry } from '#shared/core/conversation/input.ts';
import type { ConversationState } from '#shared/core/conversation/state.ts';
import type { LogFields } from '#shared/core/log/log.ts';
import type { Event } from '#shared/protocol/events.ts';

export interface Line {
  level: 'info' | 'warn';
  event: string;
  fields: LogFields;
}

const info = (event: string, fields: LogFields): Line => ({ level: 'info', event, fields });

/** The lines for what was decided. They may have to wait, and hold nothing of it. */
export const linesOf = (entries: ReadonlyArray<LogEntry>): Line[] =>
  entries.flatMap(({ event }) => lineOf(event) ?? []);

/** Writes them. */
export function say(
  { id, ownerId }: Pick<ConversationState, 'id' | 'ownerId'>,
  lines: readonly Line[],
): void {
  const to = log.with({ conversationId: id, userId: ownerId });
  for (const { level, event, fields } of lines) to[level](event, fields);
}

function lineOf(event: Event): Line | null {
  switch (event.type) {
    case 'turn_started':
      return info('turn_started', {
        turnId: event.turnId,
        model: event.model,
        demo: event.demo,
        seq: event.seq,
      });
    case 'turn_retrying':
      return {
        level: 'warn',
        event: 'turn_retrying',
        fields: { turnId: event.turnId, attempt: event.attempt, code: event.code },
      };
    case 'step_done':
      return info('step_done', {
        turnId: event.turnId,
        step: event.step,
        reason: event.stopReason,
        inputTokens: event.usage.inputTokens,
        outputTokens: event.usage.outputTokens,
        cacheReadTokens: event.usage.cacheReadTokens,
        cacheWriteTokens: event.usage.cacheWriteTokens,
        cost: event.usage.cost,
      });
    case 'tool_intended':
      return info('tool_intended', {
        turnId: event.turnId,
        callId: event.intent.callId,
        kind: event.intent.risk,
        reason: event.intent.allowedBy.type,
      });
    case 'tool_ended':
      return info('tool_ended', {
        turnId: event.turnId,
        outcome: event.outcome ?? 'ok',
        ms: event.durationMs ?? 0,
      });
    case 'question_asked':
      return info('question_asked', { turnId: event.turnId, kind: event.question.kind });
    case 'question_closed':
      return info('question_closed', { outcome: event.end.outcome });
    case 'schedule_changed':
      return info('schedule_changed', { scheduleId: event.scheduleId, kind: event.change });
    case 'webhook_changed':
      return info('webhook_changed', { webhookId: event.webhookId, kind: event.change });
    case 'turn_ended':
      return info('turn_ended', {
        turnId: event.turnId,
        outcome: event.outcome,
        ...(event.code === null ? {} : { code: event.code }),
        ms: event.durationMs,
      });
    default:
      return null;
  }
}
