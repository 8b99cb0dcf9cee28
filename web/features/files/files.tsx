/** Settings, files: what was uploaded, what conversations made, and results too long for the page. */
import { useState } from 'react';
import type { File } from '#shared/protocol/file.ts';
import { conversationPath } from '#web/app/routes.ts';
import { useUser } from '#web/app/signed-in.ts';
import { openFile } from '#web/data/files.ts';
import { filesOf, tools } from '#web/data/tools.ts';
import { useAction } from '#web/data/use-action.ts';
import { dropFrom, usePaged } from '#web/data/use-paged.ts';
import { useTitles } from '#web/data/use-titles.ts';
import { ConversationFilter } from '#web/features/effects/conversation-filter.tsx';
import { AskDialog } from '#web/features/settings/ask-dialog.tsx';
import { More } from '#web/features/settings/more.tsx';
import { Fault, Loading } from '#web/features/settings/section.tsx';
import { agoWords } from '#web/features/settings/when.ts';
import { Link } from '#web/ui/link.tsx';
import { fullTime } from '#web/ui/time.ts';
import { toast } from '#web/ui/toast.ts';
import { useNow } from '#web/ui/use-now.ts';
import { sizeWords } from './file-link.tsx';
import { typeWords } from './type-words.ts';
import '#web/features/memory/memory.css';

const kinds: Readonly<Record<File['kind'], string>> = {
  upload: 'Uploaded by you',
  artifact: 'Made by Claude',
  result: 'A long result, whole',
};

interface ItemProps {
  file: File;
  /** What its conversation is called; null when that is not known here. */
  title: string | null;
}

function Item({ file, title }: ItemProps) {
  const { timezone } = useUser();
  const now = useNow();
  const action = useAction();
  const [asking, ask] = useState(false);
  const { id, name, type, size, kind, conversationId, outside, createdAt } = file;
  const remove = async () => {
    if (!(await action.run(() => tools.call('removeFile', { params: { fileId: id } })))) return;
    dropFrom<File>('listFiles', (each) => each.id === id);
    toast({ text: `“${name}” is deleted.` });
  };
  return (
    <li>
      <div>
        <b>{name}</b>
        {outside && <span className="tag">from outside</span>}
        <p className="muted">
          {typeWords(type)} · {sizeWords(size)} · {kinds[kind]},{' '}
          <time dateTime={createdAt} title={fullTime(createdAt, timezone)}>
            {agoWords(createdAt, timezone, now)}
          </time>
        </p>
        {conversationId && (
          <p>
            <Link href={conversationPath(conversationId)}>{title ?? 'Its conversation'}</Link>
          </p>
        )}
        {!asking && <Fault text={action.fault} />}
      </div>
      <div className="verbs">
        <button
          type="button"
          disabled={action.busy}
          aria-label={`Download ${name}`}
          onClick={() => void action.run(() => openFile(file))}
        >
          Download
        </button>
        <button type="button" disabled={action.busy} aria-label={`Delete ${name}`} onClick={() => ask(true)}>
          Delete
        </button>
      </div>
      {asking && (
        <AskDialog
          title={`Delete “${name}”`}
          keep="Keep it"
          verb="Delete it"
          action={action}
          onVerb={() => void remove()}
          onClose={() => ask(false)}
        >
          <p>Conversations that name it keep the name; its content is gone and cannot be brought back.</p>
        </AskDialog>
      )}
    </li>
  );
}

function Files({ conversationId }: { conversationId: string | null }) {
  const titles = useTitles();
  const { data, error, refetch, more, showMore } = usePaged(filesOf(conversationId));
  if (!data) return <Loading error={error} refetch={refetch} label="files" />;
  if (data.items.length === 0) {
    return (
      <div className="blank">
        <p>
          <b>{conversationId === null ? 'No files yet' : 'No files in this conversation'}</b>
        </p>
        <p className="muted">
          What you add to a message, what Claude writes for you, and results too long to read in the
          conversation stand here.
        </p>
      </div>
    );
  }
  return (
    <>
      <ul className="items plain">
        {data.items.map((file) => (
          <Item
            key={file.id}
            file={file}
            title={(file.conversationId && titles.get(file.conversationId)) || null}
          />
        ))}
      </ul>
      <More action={more} onMore={showMore} />
    </>
  );
}

export function FilesSection() {
  const [conversationId, choose] = useState<string | null>(null);
  return (
    <>
      <ConversationFilter value={conversationId} titles={useTitles()} onChange={choose} />
      <Files key={conversationId} conversationId={conversationId} />
    </>
  );
}
