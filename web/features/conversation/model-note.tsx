/** Which model answers, in the composer's foot. Where a stand-in answers, that is said plainly. */
import type { Me } from '#shared/protocol/account.ts';
import { modelWords } from '#web/ui/model-words.ts';

export const ModelNote = ({ model }: { model: Me['model'] | undefined }) =>
  model === undefined ? null : model.demo ? (
    <span title="No key for Claude is set, so a scripted stand-in answers. Nothing is charged.">
      <b>Demo model</b> · scripted answers
    </span>
  ) : (
    modelWords(model.name)
  );
