/**
 * Serves the stand-in on this machine: `node dev/google/serve.ts --port 8794` (0: any free port). `--origins` registers
 * the callback of these origins (separated by commas) instead of every port of localhost. See `dev/stand-in/serve.ts`.
 */
import { parseArgs } from 'node:util';
import { serve } from '#dev/stand-in/serve.ts';
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

serve({ name: 'The stand-in for Google', fetch: standIn.fetch, port: Number(values.port) });
