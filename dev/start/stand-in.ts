/**
 * The services that are played on this machine, each as a child process. What they can do is told in `dev/claude/`,
 * `dev/google/`, `dev/mail/` and `dev/mcp/`.
 */
import { join } from 'node:path';
import * as z from 'zod/mini';
import { startServerChild, type ServerChild } from './process/server-child.ts';

const Ready = z.object({ port: z.int() });
export type PlayedService = ServerChild<z.infer<typeof Ready>>;

/** The stand-in for the Messages API; `port` 0 takes a free one. Its page is at `http://localhost:<port>/`. */
export function startStandIn(port: number): Promise<PlayedService> {
  return start('The stand-in for Claude', 'claude', port);
}

/** The stand-in for Google. `publicUrl` is where the app is reached; without one, any port of this machine. */
export function startGoogle(port: number, publicUrl = ''): Promise<PlayedService> {
  // The app refuses an address that is none, in better words.
  const origins = URL.canParse(publicUrl) ? ['--origins', new URL(publicUrl).origin] : [];
  return start('The stand-in for Google', 'google', port, origins);
}

/** What takes the app's mail. Its page is at `http://localhost:<port>/`. */
export function startMail(port: number): Promise<PlayedService> {
  return start('The mail capture', 'mail', port);
}

/** The demo tools. Their page is at `http://localhost:<port>/`. */
export function startTools(port: number): Promise<PlayedService> {
  return start('The demo tools', 'mcp', port);
}

/** Where a service is reached, without a slash at the end. */
export const urlOf = (service: PlayedService): string => `http://localhost:${service.ready.port}`;

/** For a browser another site than the app, as Google is: what cookies come back with it shows only so. */
export const googleUrlOf = (service: PlayedService): string => `http://127.0.0.1:${service.ready.port}`;

function start(name: string, folder: string, port: number, more: readonly string[] = []) {
  return startServerChild({
    name,
    script: join(import.meta.dirname, '..', folder, 'serve.ts'),
    args: ['--port', String(port), ...more],
    ready: Ready,
  });
}
