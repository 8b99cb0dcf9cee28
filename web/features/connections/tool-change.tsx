/** What a server changed about a tool, before and after side by side, with the words that differ marked. */
import type { ToolChange } from '#shared/protocol/connection.ts';
import { type Part, wordsChanged } from './words-changed.ts';

/** What else there is of a definition, in words. */
const names: Readonly<Record<string, string>> = {
  annotations: 'What it says of its own risk',
  outputSchema: 'What its results look like',
};

const Words = ({ parts, as: Mark }: { parts: readonly Part[]; as: 'del' | 'ins' }) => (
  <p>
    {parts.map(({ text, changed }, index) =>
      changed && text.trim() !== '' ? <Mark key={index}>{text}</Mark> : text,
    )}
  </p>
);

interface SideProps {
  what: string;
  before: string;
  after: string;
  /** A schema: its lines and spaces mean something. */
  code?: boolean;
}

function Difference({ what, before, after, code = false }: SideProps) {
  const marked = wordsChanged(before, after);
  return (
    <div className="difference" data-code={code || undefined}>
      <h3>{what}</h3>
      <div>
        <section aria-label={`${what}, before`} tabIndex={0}>
          <h4>Before</h4>
          {before === '' ? <p className="muted">Nothing</p> : <Words parts={marked.before} as="del" />}
        </section>
        <section aria-label={`${what}, now`} tabIndex={0}>
          <h4>Now</h4>
          {after === '' ? <p className="muted">Nothing</p> : <Words parts={marked.after} as="ins" />}
        </section>
      </div>
    </div>
  );
}

export function ToolDifference({ of }: { of: ToolChange }) {
  return (
    <>
      {of.description && <Difference what="Description" {...of.description} />}
      {of.inputSchema && <Difference what="Arguments" code {...of.inputSchema} />}
      {of.other.map(({ what, before, after }) => (
        <Difference key={what} what={names[what] ?? what} code before={before} after={after} />
      ))}
    </>
  );
}
