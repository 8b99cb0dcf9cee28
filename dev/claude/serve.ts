/** Serves the stand-in on this machine: `node dev/claude/serve.ts --port 8792` (0: any free port). See `dev/stand-in/serve.ts`. */
import { parseArgs } from 'node:util';
import { serve } from '#dev/stand-in/serve.ts';
import { NATURAL_PACE } from './reply/pace.ts';
import { createStandIn } from './stand-in.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'first-token-ms': { type: 'string', default: String(NATURAL_PACE.firstTokenMs) },
    'token-ms': { type: 'string', default: String(NATURAL_PACE.tokenMs) },
  },
});

const standIn = createStandIn({
  pace: { firstTokenMs: Number(values['first-token-ms']), tokenMs: Number(values['token-ms']) },
});

serve({ name: 'The stand-in for Claude', fetch: standIn.fetch, port: Number(values.port) });
