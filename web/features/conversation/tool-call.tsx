/** A tool call: one human sentence that opens to what was asked and what came back. */
import type { ContentBlock } from '#shared/protocol/conversation.ts';
import './tool-call.css';

interface ToolCallProps {
  call: Extract<ContentBlock, { type: 'tool_use' }>;
  /** The reply's blocks, among which the call's result is found. */
  content: ReadonlyArray<ContentBlock>;
}

/** `gmail_search` is "Gmail search". */
const words = (name: string) => {
  const plain = name.replace(/[_-]+/g, ' ').trim();
  return plain.charAt(0).toUpperCase() + plain.slice(1);
};

export function ToolCall({ call, content }: ToolCallProps) {
  const result = content.find((block) => block.type === 'tool_result' && block.toolUseId === call.id);
  const done = result?.type === 'tool_result' ? result : null;
  return (
    <details className="tool" data-failed={done?.isError || undefined}>
      <summary>
        {words(call.name)}
        {done === null ? ' · running' : done.isError ? ' · failed' : ''}
      </summary>
      <h3>Asked</h3>
      <pre tabIndex={0}>{JSON.stringify(call.input, null, 2)}</pre>
      {done && (
        <>
          <h3>{done.isError ? 'What went wrong' : 'Came back'}</h3>
          <pre tabIndex={0}>{done.text}</pre>
        </>
      )}
    </details>
  );
}
