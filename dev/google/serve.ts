/**
 * Serves the stand-in on this machine: `node dev/google/serve.ts --port 8794` (0: any free port). `--origins` registers
 * the callback of these origins (separated by commas) instead of every port of localhost. Prints one line of JSON,
 * `{"port":N}`, once it listens. Ends when its standard input ends, so that it never outlives whoever started it, and on
 * SIGTERM or SIGINT.
 */
import { parseArgs } from 'node:util';
import { nodeServer } from '../claude/node-server.ts';
import { createStandIn, LOCAL_CLIENT } from './stand-in.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    origins: { type: 'string', default: '' },
    'client-id': { type: 'string', default: LOCAL_CLIENT.id },
    'client-secret': { type: 'string', default: LOCAL_CLIENT.secret },
  },
});

const standIn = createStandIn({
  client: { id: values['client-id'], secret: values['client-secret'] },
  origins: values.origins.split(',').filter((origin) => origin !== ''),
});
const server = nodeServer(standIn.fetch);

server.on('error', (error) => {
  console.error(`The stand-in for Google cannot listen: ${error.message}`);
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
