/** A text to be taken along, as an address or a secret: shown whole, with a button that copies it. */
import { CopyTextButton } from './copy-text-button.tsx';

export function Copyable({ name, text, verb }: { name: string; text: string; verb: string }) {
  return (
    <>
      <code className="secret" aria-label={name}>
        {text}
      </code>
      <div className="verbs">
        <CopyTextButton text={text} label={verb} />
      </div>
    </>
  );
}
