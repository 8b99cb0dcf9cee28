/** Serves the capture on this machine: `node dev/mail/serve.ts --port 8793` (0: any free port). See `dev/stand-in/serve.ts`. */
import { parseArgs } from 'node:util';
import { serve } from '#dev/stand-in/serve.ts';
import { createCapture } from './capture.ts';

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });

serve({ name: 'The mail capture', fetch: createCapture().fetch, port: Number(values.port) });
