/** The stand-in for the Messages API as a child process. What it can do is told in `dev/claude/`. */
import { join } from 'node:path';
import * as z from 'zod/mini';
import { startServerChild, type ServerChild } from './process/server-child.ts';

const Ready = z.object({ port: z.int() });

/** Starts it; `port` 0 takes a free one. Its page is at `http://localhost:<port>/`. */
export function startStandIn(port: number): Promise<ServerChild<z.infer<typeof Ready>>> {
  return startServerChild({
    name: 'The stand-in for Claude',
    script: join(import.meta.dirname, '../claude/serve.ts'),
    args: ['--port', String(port)],
    ready: Ready,
  });
}
