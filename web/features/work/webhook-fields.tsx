/** What a webhook is: what it does with what arrives, with which of it, and while Claude is at work. */
import { useId } from 'react';
import type { WebhookCondition, WebhookScheme, WhileBusy } from '#shared/protocol/webhook.ts';
import { Conditions } from './conditions.tsx';
import { busyWords, schemeWords } from './work-words.ts';

const schemes = ['github', 'slack', 'stripe', 'standard', 'url'] as const;
const busy = ['merge', 'queue', 'ignore'] as const;

export interface HookDraft {
  name: string;
  scheme: WebhookScheme;
  instruction: string;
  whileBusy: WhileBusy;
  conditions: WebhookCondition[];
}

interface Props {
  draft: HookDraft;
  change: (part: Partial<HookDraft>) => void;
  /** Where it comes from can be chosen until it is made. */
  isNew: boolean;
  /** What stands under the choice of where it comes from. */
  children?: React.ReactNode;
}

export function WebhookFields({ draft, change, isNew, children }: Props) {
  const ids = { name: useId(), scheme: useId(), busy: useId(), does: useId() };
  const { name, scheme, instruction, whileBusy, conditions } = draft;
  return (
    <>
      <label htmlFor={ids.name}>Name</label>
      <input
        id={ids.name}
        type="text"
        required
        maxLength={100}
        autoFocus
        autoComplete="off"
        placeholder="New issues"
        value={name}
        onChange={({ target }) => change({ name: target.value })}
      />
      {isNew && (
        <>
          <label htmlFor={ids.scheme}>Comes from</label>
          <select
            id={ids.scheme}
            value={scheme}
            onChange={({ target }) =>
              change({ scheme: schemes.find((each) => each === target.value) ?? 'github' })
            }
          >
            {schemes.map((each) => (
              <option key={each} value={each}>
                {schemeWords[each].label}
              </option>
            ))}
          </select>
          <p className="muted">{schemeWords[scheme].line}</p>
          {children}
        </>
      )}
      <label htmlFor={ids.does}>What Claude does with what arrives</label>
      <textarea
        id={ids.does}
        rows={3}
        required
        maxLength={4_000}
        placeholder="Sum up the issue. If it sounds urgent, draft an answer and show it to me."
        value={instruction}
        onChange={({ target }) => change({ instruction: target.value })}
      />
      <Conditions conditions={conditions} onChange={(next) => change({ conditions: next })} />
      <label htmlFor={ids.busy}>While Claude is at work here</label>
      <select
        id={ids.busy}
        value={whileBusy}
        onChange={({ target }) =>
          change({ whileBusy: busy.find((each) => each === target.value) ?? 'merge' })
        }
      >
        {busy.map((each) => (
          <option key={each} value={each}>
            {busyWords[each]}
          </option>
        ))}
      </select>
    </>
  );
}
