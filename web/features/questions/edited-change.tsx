/** A change of a schedule as a person edited it: what it would do then, or why it cannot be done. */
import type { Approval } from '#shared/protocol/question.ts';
import type { ChangePreview } from '#shared/protocol/schedule.ts';
import { Arguments } from '#web/features/tools/arguments.tsx';
import { ScheduleChange } from './schedule-change.tsx';
import type { EditedChange as Reckoned } from './use-edited-change.ts';

interface Props {
  input: Approval['input'];
  /** The arguments that were asked for, and what was said of them. */
  asked: Approval['input'];
  change: ChangePreview;
  reckoned: Reckoned;
}

export function EditedChange({ input, asked, change, reckoned }: Props) {
  const { fault, isKnown, again } = reckoned;
  // Which schedule it is stays; what is null said nothing.
  const told = Object.entries(input).filter(
    ([name, value]) => name !== 'id' && !(value === null && asked[name] === null),
  );
  const shown = <ScheduleChange input={input} change={reckoned.change ?? change} />;
  return (
    <div role="status" aria-busy={!isKnown && fault === null}>
      {isKnown ? (
        shown
      ) : fault === null ? (
        <div className="reckoning">
          <p className="muted">Reckoning what this would do</p>
          {/* As high as what comes, so that nothing moves; it is of other arguments, and not to be read. */}
          <div aria-hidden="true">{shown}</div>
        </div>
      ) : (
        <div className="proposal">
          <b>{change.before.name}</b>
          <Arguments input={Object.fromEntries(told)} before={asked} />
          <p className="danger">{fault}</p>
          {again !== null && (
            <p>
              <button type="button" className="link" onClick={again}>
                Try again
              </button>
            </p>
          )}
        </div>
      )}
    </div>
  );
}
