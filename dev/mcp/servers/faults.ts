/** Tools of the test servers that are slow, too much, or wrong. */
import { setTimeout as sleep } from 'node:timers/promises';
import { effect, number, object, reads, text, texts, type Tool, writes } from '../tool.ts';

const STEPS = 4;
const BIG = 5_000_000;
const MOST = 64_000_000;

export const faultTools: ReadonlyArray<Tool> = [
  {
    name: 'slow',
    description: 'Takes its time (milliseconds), and tells how far it is.',
    inputSchema: object({ ms: { type: 'number', minimum: 0, maximum: 600_000 } }),
    annotations: reads,
    async run({ args, progress, signal }) {
      for (let step = 1; step <= STEPS; step += 1) {
        await sleep(Number(args['ms']) / STEPS, undefined, { signal });
        await progress(step, STEPS, `step ${step} of ${STEPS}`);
      }
      return text('done');
    },
  },
  {
    name: 'hang',
    description: 'Never answers.',
    inputSchema: texts(),
    annotations: reads,
    run: ({ signal }) =>
      new Promise((_, reject) => {
        const give = () => reject(new Error('given up'));
        if (signal.aborted) give();
        signal.addEventListener('abort', give, { once: true });
      }),
  },
  {
    name: 'big',
    description: 'Answers with a long text of so many bytes, 5 MB where nothing is said.',
    inputSchema: object({ 'bytes?': { type: 'integer', minimum: 0, maximum: MOST } }),
    annotations: reads,
    async run({ args }) {
      const bytes = Number(args['bytes'] ?? BIG);
      return text('0123456789abcdef'.repeat(Math.ceil(bytes / 16)).slice(0, bytes));
    },
  },
  {
    name: 'bad_shape',
    description: 'Breaks its own word about what it answers.',
    inputSchema: texts(),
    outputSchema: object({ sum: number }),
    annotations: reads,
    run: async () => ({ ...text('wrong'), structuredContent: { sum: 'not a number' } }),
  },
  {
    name: 'fails',
    description: 'Says that it failed.',
    inputSchema: texts(),
    annotations: reads,
    run: async () => text('It did not work: no such thing.', true),
  },
  {
    name: 'bad_json',
    description: 'Answers with what is no JSON.',
    inputSchema: texts(),
    annotations: reads,
    breaks: 'bad_json',
    run: async () => text('never said'),
  },
  {
    name: 'crash',
    description: 'Answers with HTTP 500.',
    inputSchema: texts(),
    annotations: reads,
    breaks: 'crash',
    run: async () => text('never said'),
  },
  effect(
    {
      name: 'drop',
      description: 'Does it, and cuts the connection.',
      inputSchema: texts('text?'),
      annotations: writes,
      breaks: 'drop',
    },
    { act: () => 'never said' },
  ),
];
