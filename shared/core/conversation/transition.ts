/**
 * The one door: whatever starts or changes work in a conversation goes through `transition`. It returns the next
 * state, the new lines of the log and what is to be done, or a refusal; it changes nothing itself. The object
 * commits all of it in one transaction and acts afterwards.
 */
import { Draft } from './draft.ts';
import type { Input, Transition } from './input.ts';
import { onSchedulesDue } from './schedule-runs.ts';
import type { ConversationState } from './state.ts';
import {
  onAnswer,
  onCallAsks,
  onCallEnded,
  onCallsDecided,
  onChooseConnections,
  onEquipped,
  onQuestionsDue,
} from './transition-calls.ts';
import { onArchive, onCompacted, onRestore, onSpent, onTitle, onTitleMade } from './transition-care.ts';
import {
  onDropQueued,
  onEditQueued,
  onMessage,
  onRegenerate,
  onSendQueued,
  onStop,
} from './transition-messages.ts';
import {
  onAddSchedule,
  onChangeSchedule,
  onRehearse,
  onRemoveSchedule,
  onRunSchedule,
  onZoneChanged,
} from './transition-schedules.ts';
import { onExtendLease, onResume, onStepDone, onStepFailed } from './transition-turn.ts';
import {
  onAddWebhook,
  onChangeWebhook,
  onDelivery,
  onRemoveWebhook,
  onStartWebhook,
  onWebhooksHeard,
} from './transition-webhooks.ts';
import { onBoardMessage, onWorkOver } from './transition-work.ts';

/**
 * Decides what an input does.
 * @param now milliseconds since the epoch
 * @returns the next state with what to log and to do, or a refusal with a problem code; the arguments stay as they are
 */
export function transition(state: ConversationState, input: Input, now: number): Transition {
  const draft = new Draft(state, now);
  switch (input.type) {
    case 'message':
      return onMessage(draft, input);
    case 'edit_queued':
      return onEditQueued(draft, input);
    case 'drop_queued':
      return onDropQueued(draft, input);
    case 'send_queued':
      return onSendQueued(draft, input);
    case 'regenerate':
      return onRegenerate(draft, input);
    case 'stop':
      return onStop(draft, input);
    case 'step_done':
      return onStepDone(draft, input);
    case 'step_failed':
      return onStepFailed(draft, input);
    case 'resume':
      return onResume(draft, input);
    case 'equipped':
      return onEquipped(draft, input);
    case 'calls_decided':
      return onCallsDecided(draft, input);
    case 'call_ended':
      return onCallEnded(draft, input);
    case 'call_asks':
      return onCallAsks(draft, input);
    case 'answer':
      return onAnswer(draft, input);
    case 'questions_due':
      return onQuestionsDue(draft, input);
    case 'choose_connections':
      return onChooseConnections(draft, input);
    case 'schedules_due':
      return onSchedulesDue(draft, input);
    case 'add_schedule':
      return onAddSchedule(draft, input);
    case 'change_schedule':
      return onChangeSchedule(draft, input);
    case 'remove_schedule':
      return onRemoveSchedule(draft, input);
    case 'rehearse':
      return onRehearse(draft, input);
    case 'run_schedule':
      return onRunSchedule(draft, input);
    case 'delivery':
      return onDelivery(draft, input);
    case 'webhooks_heard':
      return onWebhooksHeard(draft);
    case 'start_webhook':
      return onStartWebhook(draft, input);
    case 'add_webhook':
      return onAddWebhook(draft, input);
    case 'change_webhook':
      return onChangeWebhook(draft, input);
    case 'remove_webhook':
      return onRemoveWebhook(draft, input);
    case 'board_message':
      return onBoardMessage(draft, input);
    case 'work_over':
      return onWorkOver(draft, input);
    case 'set_note':
      draft.setNote(input.text, input.by);
      return draft.done('tell_user', 'project');
    case 'zone_changed':
      return onZoneChanged(draft, input);
    case 'extend_lease':
      return onExtendLease(draft);
    case 'rename':
      return onTitle(draft, input.title, 'user');
    case 'title_made':
      return onTitleMade(draft, input);
    case 'compacted':
      return onCompacted(draft, input);
    case 'spent':
      return onSpent(draft, input);
    case 'archive':
      return onArchive(draft, input);
    case 'restore':
      return onRestore(draft);
    default:
      return input satisfies never;
  }
}
