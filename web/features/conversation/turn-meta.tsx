/** What a turn was and cost: one small line, seen on demand. */
import type { TurnView } from '#shared/core/conversation/transcript.ts';
import { count, dollars, duration } from '#web/ui/amounts.ts';
import { modelWords } from '#web/ui/model-words.ts';

export function TurnMeta({ turn, ended }: { turn: TurnView; ended: NonNullable<TurnView['ended']> }) {
  const { usage } = ended;
  const read = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const tokens = `${count(read)} tokens read (${count(usage.cacheReadTokens)} from the cache), ${count(usage.outputTokens)} written`;
  return (
    <span className="meta" title={tokens}>
      {turn.demo ? 'Demo model' : modelWords(turn.model)} · {duration(ended.durationMs)} ·{' '}
      {dollars(usage.cost)}
    </span>
  );
}
