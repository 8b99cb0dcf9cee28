/** To play an instruction once, as the card of a proposal and the editor of a schedule offer it. */
import { useActs } from '#web/data/acts.ts';
import { useAction } from '#web/data/use-action.ts';
import { work } from '#web/data/work.ts';
import './rehearse.css';

interface Props {
  conversationId: string;
  name: string | null;
  instruction: string;
  onBegun?: (runId: string) => void;
}

export function Rehearse({ conversationId, name, instruction, onBegun }: Props) {
  const action = useAction();
  const acts = useActs();
  const rehearse = () =>
    void action.run(async () => {
      const body = { instruction, ...(name === null ? {} : { name }) };
      const { runId } = await acts(JSON.stringify(body), (key) =>
        work.call('rehearse', { params: { conversationId }, body, key }),
      );
      onBegun?.(runId);
    });
  return (
    <>
      <p className="rehearse">
        <button type="button" disabled={action.busy || instruction === ''} onClick={rehearse}>
          Rehearse once
        </button>
        <span className="muted">
          It looks, and tells what it would have done. Nothing that writes is done.
        </span>
      </p>
      {action.fault && (
        <p className="danger" role="alert">
          {action.fault}
        </p>
      )}
    </>
  );
}
