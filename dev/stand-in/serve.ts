/**
 * Serves a stand-in as a process of its own. Says its port in one line of JSON, `{"port":N}`, once it listens; ends when
 * its standard input ends, so that it never outlives whoever started it, and on SIGTERM or SIGINT.
 */
import { nodeServer } from './node-server.ts';

interface Served {
  /** As the message names it when it cannot listen. */
  readonly name: string;
  readonly fetch: (request: Request) => Promise<Response>;
  /** 0: any free port. */
  readonly port: number;
}

/** Listens on this machine only. */
export function serve({ name, fetch, port }: Served): void {
  const server = nodeServer(fetch);
  server.on('error', (error) => {
    console.error(`${name} cannot listen: ${error.message}`);
    process.exit(1);
  });
  server.listen({ port, host: '127.0.0.1' }, () => {
    const address = server.address();
    const listening = typeof address === 'object' && address !== null ? address.port : port;
    process.stdout.write(`${JSON.stringify({ port: listening })}\n`);
  });

  const stop = (): void => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.stdin.on('end', stop);
  process.stdin.on('error', stop);
  process.stdin.resume();
}
