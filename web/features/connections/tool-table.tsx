/** Tools with what each may do. Definitions that nobody looked at, or that were changed, come first. */
import { useState } from 'react';
import type { Tool } from '#shared/protocol/connection.ts';
import { markReviewed } from '#web/data/tool-settings.ts';
import { useAction } from '#web/data/use-action.ts';
import { Fault } from '#web/features/settings/section.tsx';
import { SettingChoice } from './setting-choice.tsx';
import { changedMeanwhile, ToolRow } from './tool-row.tsx';

/** More are shown when asked for: few servers have them, and each row costs. */
const SHOWN = 30;

const order: Readonly<Record<Tool['review'], number>> = { changed: 0, new: 1, reviewed: 2, gone: 3 };

function Unreviewed({ tools, mixed }: { tools: readonly Tool[]; mixed: boolean }) {
  const action = useAction(changedMeanwhile);
  const these = tools.length === 1 ? 'this one' : `these ${tools.length}`;
  return (
    <div className="note">
      <p>
        {mixed ? 'Some are not reviewed' : 'Not reviewed'}: a description is the server’s own words, and
        Claude reads it as outside text. Until you have read them, every call asks you, whatever you set.
      </p>
      <button type="button" disabled={action.busy} onClick={() => void action.run(() => markReviewed(tools))}>
        {action.busy ? 'One moment' : `I have read ${these}`}
      </button>
      <Fault text={action.fault} />
    </div>
  );
}

interface Props {
  tools: readonly Tool[];
  /** What they are together: the name of the server. */
  name: string;
  /** Built in: their descriptions are our own words. */
  own?: boolean;
}

export function ToolTable({ tools, name, own = false }: Props) {
  const [all, showAll] = useState(false);
  const sorted = tools.toSorted((a, b) => order[a.review] - order[b.review]);
  const shown = all ? sorted : sorted.slice(0, SHOWN);
  const unread = shown.filter(({ review }) => review === 'new');
  const settable = tools.filter(({ review }) => review === 'new' || review === 'reviewed');
  return (
    <>
      {unread.length > 0 && <Unreviewed tools={unread} mixed={unread.length < settable.length} />}
      {!own && settable.length > 1 && (
        <div className="for-all">
          <span>
            {settable.length === tools.length
              ? `All ${tools.length} tools`
              : `The ${settable.length} that can be set`}
          </span>
          <SettingChoice
            tools={settable}
            label={`What all tools of ${name} may do`}
            name={`all tools of ${name}`}
          />
        </div>
      )}
      <ul className="tool-rows">
        {shown.map((tool) => (
          <ToolRow key={tool.key} tool={tool} own={own} />
        ))}
      </ul>
      {shown.length < tools.length && (
        <button type="button" className="more" onClick={() => showAll(true)}>
          Show all {tools.length}
        </button>
      )}
    </>
  );
}
