/** A tool call: one human sentence that opens to what was asked, what came back, and who let it run. */
import type { ContentBlock } from '#shared/protocol/conversation.ts';
import { Arguments } from '#web/features/tools/arguments.tsx';
import { allowedWords, sentenceOf, standingOf, type Result, type Use } from '#web/features/tools/sentence.ts';
import { FileLink } from '#web/features/files/file-link.tsx';
import { fullTime } from '#web/ui/time.ts';
import { useTalk } from './talk-context.ts';
import './tool-call.css';

interface ToolCallProps {
  call: Use;
  /** The reply's blocks, among which the call's result is found. */
  content: ReadonlyArray<ContentBlock>;
}

function Outcome({ result }: { result: Result }) {
  const { text, isError, outside, files = [], full } = result;
  return (
    <>
      <h3>
        {isError ? 'What went wrong' : 'Came back'}
        {outside && <span className="tag">from outside</span>}
      </h3>
      <pre tabIndex={0}>{text}</pre>
      {(files.length > 0 || full) && (
        <ul className="files">
          {files.map((file) => (
            <li key={file.id}>
              <FileLink file={file} />
            </li>
          ))}
          {full && (
            <li>
              <FileLink file={full} label="The whole result" />
            </li>
          )}
        </ul>
      )}
    </>
  );
}

export function ToolCall({ call, content }: ToolCallProps) {
  const talk = useTalk();
  const found = content.find((block) => block.type === 'tool_result' && block.toolUseId === call.id);
  const result = found?.type === 'tool_result' ? found : null;
  const { tone, word } = standingOf(call, result, talk?.running ?? false);
  const progress = talk?.progress[call.id];
  const done =
    result === null && progress ? [progress.progress, progress.total].filter((part) => part !== null) : [];
  const who = allowedWords(call);
  return (
    <details className="tool" data-tone={tone}>
      <summary>
        <span>{sentenceOf(call)}</span>
        {word && <span className="standing">{word}</span>}
        {done.length > 0 && (
          <span className="standing">
            {done.join(' of ')}
            {progress?.message ? ` · ${progress.message}` : ''}
          </span>
        )}
      </summary>
      <Arguments input={call.input} />
      {result && <Outcome result={result} />}
      {who && call.intent && (
        <p className="muted by">
          {who} · {fullTime(call.intent.startedAt, talk?.zone ?? 'UTC')}
        </p>
      )}
    </details>
  );
}
