/** The files of a message that was sent: images are shown, whatever else they are is a card to download. */
import type { FileRef } from '#shared/protocol/file.ts';
import { useState } from 'react';
import { complain } from '#web/data/complain.ts';
import { fetchFile, openFile } from '#web/data/files.ts';
import { sizeWords } from '#web/features/files/file-link.tsx';
import { typeWords } from '#web/features/files/type-words.ts';
import { DownIcon } from '#web/ui/icons.tsx';
import { Picture } from './picture.tsx';

/** What a browser shows as it is, and the server hands out as such. */
export const isPicture = (type: string): boolean => /^image\/(png|jpeg|gif|webp)$/.test(type);

function Sent({ file }: { file: FileRef }) {
  const [busy, setBusy] = useState(false);
  const { id, name, type, size } = file;
  const open = async () => {
    if (busy) return;
    setBusy(true);
    await openFile(file).catch(complain);
    setBusy(false);
  };
  return (
    <li>
      {isPicture(type) && <Picture bytes={() => fetchFile(id)} side={320} label={name} />}
      <button type="button" className="card-file" onClick={() => void open()}>
        <span className="what">
          <span className="unseen">Download </span>
          <b>{name}</b>
          <span className="muted">
            {typeWords(type)} · {sizeWords(size)}
          </span>
        </span>
        <DownIcon />
      </button>
    </li>
  );
}

export function SentFiles({ files }: { files: readonly FileRef[] }) {
  return (
    <ul className="sent-files" aria-label="Files of this message">
      {files.map((file) => (
        <Sent key={file.id} file={file} />
      ))}
    </ul>
  );
}
