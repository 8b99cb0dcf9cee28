/**
 * Serves the capture on this machine: `node dev/mail/serve.ts --port 8793` (0: any free port). Prints one line of JSON,
 * `{"port":N}`, once it listens. Ends when its standard input ends, so that it never outlives whoever started it, and on
 * SIGTERM or SIGINT.
 */
import { parseArgs } from 'node:util';
import { nodeServer } from '../claude/node-server.ts';
import { createCapture } from './capture.ts';

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });

const server = nodeServer(createCapture().fetch);

server.on('error', (error) => {
  console.error(`The mail capture cannot listen: ${error.message}`);
  process.exit(1);
});
server.listen({ port: Number(values.port), host: '127.0.0.1' }, () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : Number(values.port);
  process.stdout.write(`${JSON.stringify({ port })}\n`);
});

function stop(): void {
  server.close(() => process.exit(0));
  server.closeAllConnections();
}
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
process.stdin.on('end', stop);
process.stdin.on('error', stop);
process.stdin.resume();
