/**
 * A call as a person changed it before their yes: what it would do then, by what the first card was made with, or why it
 * could not be done. The card shows it, and the answer is judged by it: no yes is taken to what could not be carried out.
 */
import type { Approval } from '#shared/protocol/question.ts';
import type { ChangePreview, SchedulePreview } from '#shared/protocol/schedule.ts';
import type { BuiltinSpec, BuiltinWorld } from './builtin.ts';
import { knownIn } from './builtins/schedule-change.ts';

type Input = Readonly<Record<string, unknown>>;

/** What a call would do to schedules; nothing for one that is about none. */
export interface Effect {
  schedule?: SchedulePreview;
  change?: ChangePreview;
}

type EditedCall =
  | ({ ok: true } & Effect)
  | { ok: false; code: 'bad_schedule' | 'bad_arguments'; detail: string };

/** Why it could not be carried out; null when it could. */
function faultOf({ change, input: asked }: Approval, input: Input, spec: BuiltinSpec, world: BuiltinWorld) {
  if (change !== undefined && input['id'] !== asked['id']) return 'Which schedule it is about stays.';
  if (change !== undefined && knownIn(world, change.before.id) === undefined)
    return 'This schedule is not there any more.';
  return spec.check(input) ?? spec.checkNow?.(input, world) ?? null;
}

/** @param spec the tool of the call, one of ours */
export function editedCall(
  approval: Approval,
  input: Input,
  spec: BuiltinSpec,
  world: BuiltinWorld,
): EditedCall {
  const detail = faultOf(approval, input, spec, world);
  if (detail !== null) {
    const isSchedule = approval.change !== undefined || approval.schedule !== undefined;
    return { ok: false, code: isSchedule ? 'bad_schedule' : 'bad_arguments', detail };
  }
  const schedule = spec.preview?.(input, world);
  const change = spec.previewChange?.(input, world);
  // Which tools it needs was checked when it was asked; only their list can be that of the call.
  const tools = approval.schedule?.tools;
  return {
    ok: true,
    ...(schedule ? { schedule: { ...schedule, ...(tools ? { tools } : {}) } } : {}),
    ...(change ? { change } : {}),
  };
}
