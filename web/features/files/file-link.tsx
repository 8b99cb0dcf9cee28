/** A file as a link. Its bytes need the bearer token, so they are fetched and handed to the browser. */
import { useState } from 'react';
import type { FileRef } from '#shared/protocol/file.ts';
import { complain } from '#web/data/complain.ts';
import { openFile } from '#web/data/files.ts';

const units = ['bytes', 'KB', 'MB', 'GB'];

/** "12 KB". */
export function sizeWords(bytes: number): string {
  if (bytes === 1) return '1 byte';
  const step = bytes === 0 ? 0 : Math.min(units.length - 1, Math.floor(Math.log(bytes) / Math.log(1024)));
  const amount = bytes / 1024 ** step;
  return `${step === 0 || amount >= 10 ? Math.round(amount) : amount.toFixed(1)} ${units[step]}`;
}

export function FileLink({ file, label }: { file: FileRef; label?: string }) {
  const [busy, setBusy] = useState(false);
  const open = async () => {
    if (busy) return;
    setBusy(true);
    await openFile(file).catch(complain);
    setBusy(false);
  };
  return (
    <button type="button" className="link" onClick={() => void open()}>
      {label ?? file.name} <span className="muted">({sizeWords(file.size)})</span>
    </button>
  );
}
