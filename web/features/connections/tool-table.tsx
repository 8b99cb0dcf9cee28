/** Tools with what each may do: off, ask, auto, or by its risk. A definition that nobody looked at is shown first. */
import { useState } from 'react';
import type { Tool, ToolChange, ToolSetting } from '#shared/protocol/connection.ts';
import { useUser } from '#web/app/signed-in.ts';
import { queryClient } from '#web/data/app.ts';
import { connectionsQuery, toolsQuery, tools } from '#web/data/tools.ts';
import { useAction } from '#web/data/use-action.ts';
import { Fault } from '#web/features/settings/section.tsx';
import { agoWords } from '#web/features/settings/when.ts';
import { riskWords } from '#web/features/tools/sentence.ts';
import { useNow } from '#web/ui/use-now.ts';

const settings: ReadonlyArray<{ value: ToolSetting; label: string }> = [
  { value: 'default', label: 'By its risk' },
  { value: 'off', label: 'Off' },
  { value: 'ask', label: 'Always ask' },
  { value: 'auto', label: 'Run without asking' },
];

const verdictWords: Readonly<Record<Tool['verdict'], string>> = {
  allow: 'runs by itself',
  ask: 'asks you',
  deny: 'is off',
};

async function change(body: {
  settings?: Record<string, ToolSetting>;
  reviewed?: Array<{ key: string; hash: string }>;
}) {
  const { items, connections } = await tools.call('updateTools', { body });
  queryClient.setQueryData(toolsQuery.queryKey, { items });
  queryClient.setQueryData(connectionsQuery.queryKey, { items: connections });
}

function Difference({ what, before, after }: { what: string; before: string; after: string }) {
  return (
    <div className="difference">
      <h4>{what}</h4>
      <del>{before}</del>
      <ins>{after}</ins>
    </div>
  );
}

function Change({ of }: { of: ToolChange }) {
  return (
    <>
      {of.description && <Difference what="Description" {...of.description} />}
      {of.inputSchema && <Difference what="Arguments" {...of.inputSchema} />}
      {of.other.map((each) => (
        <Difference key={each.what} {...each} />
      ))}
    </>
  );
}

function Row({ tool, trusted }: { tool: Tool; trusted: boolean }) {
  const { timezone } = useUser();
  const now = useNow();
  const action = useAction();
  const { key, hash, risk, review } = tool;
  const set = (setting: ToolSetting) => void action.run(() => change({ settings: { [key]: setting } }));
  const looked = () => void action.run(() => change({ reviewed: [{ key, hash }] }));
  const wary = tool.setting === 'auto' && risk !== 'read' && risk !== 'store';
  return (
    <li data-review={review}>
      <div>
        <b>{tool.title}</b> <span className="muted">{riskWords[risk]}</span>
        <p className="muted">{tool.description}</p>
        {wary && (
          <p className="waiting">It runs without asking, except after Claude has read text from outside.</p>
        )}
        {review === 'gone' && <p className="waiting">The server no longer has it.</p>}
        {review === 'changed' && tool.change && (
          <>
            <p className="waiting">The server has changed this tool. It is off until you have looked.</p>
            <Change of={tool.change} />
            <button type="button" disabled={action.busy} onClick={looked}>
              I have looked, switch it on again
            </button>
          </>
        )}
        {tool.uses > 0 && (
          <p className="muted">
            Used {tool.uses === 1 ? 'once' : `${tool.uses} times`}
            {tool.lastUsedAt && `, last ${agoWords(tool.lastUsedAt, timezone, now)}`}
          </p>
        )}
        <Fault text={action.fault} />
      </div>
      <label>
        <span className="unseen">What {tool.title} may do</span>
        <select
          value={tool.setting}
          disabled={action.busy || review === 'gone'}
          onChange={(event) => set(event.target.value as ToolSetting)}
        >
          {settings.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        <span className="muted">{verdictWords[tool.verdict]}</span>
      </label>
      {!trusted && review === 'new' && <span className="tag">Not looked at yet</span>}
    </li>
  );
}

export function ToolTable({ tools: rows, trusted }: { tools: ReadonlyArray<Tool>; trusted: boolean }) {
  const [all, showAll] = useState(false);
  const action = useAction();
  const fresh = rows.filter(({ review }) => review === 'new');
  const shown = all ? rows : rows.slice(0, 30);
  const lookedAtAll = () =>
    void action.run(() => change({ reviewed: fresh.map(({ key, hash }) => ({ key, hash })) }));
  return (
    <>
      {!trusted && fresh.length > 0 && (
        <div className="note">
          <p>
            These descriptions are the server’s own words, and Claude reads them as text from outside:
            everything that changes something asks you, whatever you set.
          </p>
          <button type="button" disabled={action.busy} onClick={lookedAtAll}>
            I have read these {fresh.length}
          </button>
          <Fault text={action.fault} />
        </div>
      )}
      <ul className="tool-rows">
        {shown.map((tool) => (
          <Row key={tool.key} tool={tool} trusted={trusted} />
        ))}
      </ul>
      {shown.length < rows.length && (
        <button type="button" className="more" onClick={() => showAll(true)}>
          Show all {rows.length}
        </button>
      )}
    </>
  );
}
