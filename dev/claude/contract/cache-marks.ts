/**
 * Rules on cache breakpoints: at most four in all (the automatic one takes a place), and none with an hour's life
 * after one with five minutes, in the order tools, system, messages.
 */
import { MAX_BREAKPOINTS } from '../cache-rules.ts';
import { refuse } from '../refusal.ts';
import type { MessageRequest, Ttl } from './request.ts';

type Marked = Pick<MessageRequest, 'tools' | 'system' | 'messages' | 'automaticMark'>;

export function checkCacheMarks(request: Marked): void {
  const marks: { path: string; ttl: Ttl }[] = [];
  const add = (mark: Ttl | undefined, path: string): void => {
    if (mark !== undefined) marks.push({ path, ttl: mark });
  };
  for (const [index, tool] of request.tools.entries()) add(tool.mark, `tools.${index}`);
  for (const [index, block] of request.system.entries()) add(block.mark, `system.${index}`);
  for (const [index, message] of request.messages.entries()) {
    for (const [place, block] of message.content.entries()) {
      add(block.mark, `messages.${index}.content.${place}`);
    }
  }
  const last = request.messages.at(-1)?.content.at(-1);
  const automatic = request.automaticMark;
  if (automatic !== undefined && last?.mark === undefined) marks.push({ path: 'request', ttl: automatic });
  if (automatic !== undefined && last?.mark !== undefined && last.mark !== automatic) {
    refuse('cache_ttl', 'cache_control: ttl differs from the explicit cache_control of the last block');
  }
  if (marks.length > MAX_BREAKPOINTS.value) {
    refuse(
      'cache_breakpoints',
      `A maximum of ${MAX_BREAKPOINTS.value} blocks with cache_control may be provided. Found ${marks.length}.`,
    );
  }
  const firstShort = marks.findIndex((mark) => mark.ttl === '5m');
  const late = firstShort < 0 ? undefined : marks.slice(firstShort).find((mark) => mark.ttl === '1h');
  if (late !== undefined) {
    refuse(
      'cache_ttl',
      `${late.path}.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control ` +
        'block. Note that blocks are processed in the following order: `tools`, `system`, `messages`.',
    );
  }
}
