/** When an answer comes too late; counted down in its last day. */
import { untilWords } from '#web/features/settings/when.ts';

const DAY = 24 * 60 * 60_000;

export function Expiry({ at, now }: { at: string; now: number }) {
  const left = Date.parse(at) - now;
  const words = left <= 0 ? 'Expired' : `Expires ${untilWords(at, now)}`;
  return <span className={left < DAY ? 'waiting expiry' : 'muted expiry'}>{words}</span>;
}
