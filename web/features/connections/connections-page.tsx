/** Connections to MCP servers with their tools, the built-in tools, and standing rules. */
import { useState } from 'react';
import { useFresh } from '#web/data/security.ts';
import { catalogQuery, connectionsQuery, rulesQuery, toolsQuery } from '#web/data/tools.ts';
import { ConfirmDialog } from '#web/features/settings/confirm-dialog.tsx';
import { Loading, Section } from '#web/features/settings/section.tsx';
import { PlusIcon } from '#web/ui/icons.tsx';
import { useTitle } from '#web/ui/use-title.ts';
import { AddConnection } from './add-connection.tsx';
import { ConnectionItem } from './connection-item.tsx';
import { RuleItem } from './rule-item.tsx';
import { ToolTable } from './tool-table.tsx';
import '#web/features/settings/settings.css';
import '#web/features/settings/settings-dialogs.css';
import './connections.css';

export function ConnectionsPage() {
  useTitle('Connections');
  const connections = useFresh(connectionsQuery);
  const catalog = useFresh(catalogQuery);
  const tools = useFresh(toolsQuery);
  const rules = useFresh(rulesQuery);
  const [adding, add] = useState<string | null>(null);
  const offered = (catalog.data?.items ?? []).filter(({ connected }) => connected === null);
  return (
    <div className="scroll">
      <div className="connections">
        <h1 id="title" tabIndex={-1}>
          Connections
        </h1>
        <Section
          title="Your connections"
          lead="What Claude can work with besides its own tools. Reading what was vetted runs by itself; everything else asks you."
          aside={
            <button type="button" onClick={() => add('')}>
              <PlusIcon />
              Add by address
            </button>
          }
        >
          {!connections.data ? (
            <Loading error={connections.error} refetch={connections.refetch} label="connections" />
          ) : connections.data.items.length === 0 ? (
            <div className="blank">
              <p>
                <b>Nothing is connected yet</b>
              </p>
              <p className="muted">Take a vetted server below, or add any MCP server by its address.</p>
            </div>
          ) : (
            <ul className="items">
              {connections.data.items.map((connection) => (
                <ConnectionItem key={connection.id} connection={connection} />
              ))}
            </ul>
          )}
        </Section>
        {offered.length > 0 && (
          <Section title="Vetted servers" lead="What each of their tools can do was looked at beforehand.">
            <ul className="items">
              {offered.map(({ slug, name, description, docs, demo }) => (
                <li key={slug}>
                  <div>
                    <b>{name}</b>
                    {demo && <span className="tag">Demo, made up</span>}
                    <p className="muted">
                      {description}
                      {docs && (
                        <>
                          {' '}
                          <a href={docs} target="_blank" rel="noreferrer noopener">
                            Get a token at {new URL(docs).host}
                          </a>
                        </>
                      )}
                    </p>
                  </div>
                  <div className="verbs">
                    <button type="button" aria-label={`Connect ${name}`} onClick={() => add(slug)}>
                      Connect
                    </button>
                  </div>
                </li>
              ))}
            </ul>
          </Section>
        )}
        <Section
          title="Standing rules"
          lead="What you let Claude do without asking, within bounds. Made with a yes in a conversation."
        >
          {!rules.data ? (
            <Loading error={rules.error} refetch={rules.refetch} label="rules" />
          ) : rules.data.items.length === 0 ? (
            <p className="blank-line">
              None yet. On a card that asks for your yes, choose “Always, within bounds”.
            </p>
          ) : (
            <ul className="items">
              {rules.data.items.map((rule) => (
                <RuleItem key={rule.id} rule={rule} />
              ))}
            </ul>
          )}
        </Section>
        <Section title="Built-in tools" lead="Every conversation has them.">
          {tools.data ? (
            <ToolTable tools={tools.data.items} name="Claude" own />
          ) : (
            <Loading error={tools.error} refetch={tools.refetch} label="tools" />
          )}
        </Section>
      </div>
      {adding !== null && (
        <AddConnection
          entry={catalog.data?.items.find(({ slug }) => slug === adding) ?? null}
          onClose={() => add(null)}
        />
      )}
      <ConfirmDialog />
    </div>
  );
}
