/** Serves the tools on this machine: `node dev/mcp/serve.ts --port 8795` (0: any free port). See `dev/stand-in/serve.ts`. */
import { parseArgs } from 'node:util';
import { serve } from '#dev/stand-in/serve.ts';
import { createTools } from './stand-in.ts';

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });

serve({ name: 'The demo tools', fetch: createTools().fetch, port: Number(values.port) });
