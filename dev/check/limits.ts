/**
 * What the Worker and the first page may weigh: prints both and refuses more. Refuses a secret in what is served, too.
 * Part of `npm run check`, after a build.
 */
import { leaksInBuild } from './leaks.ts';
import { weighPage } from './page-weight.ts';
import { formatParts, type Weight } from './weight.ts';
import { weighWorker } from './worker-weight.ts';

interface Limit {
  readonly what: string;
  readonly weight: Weight;
  readonly limit: number;
  readonly unit: 'KiB' | 'kB';
}

const BYTES = { KiB: 1024, kB: 1000 } as const;

const limits: readonly Limit[] = [
  { what: 'Worker', weight: await weighWorker(), limit: 560, unit: 'KiB' },
  { what: 'Conversation page, first load', weight: weighPage(), limit: 120, unit: 'kB' },
];
for (const { what, weight, limit, unit } of limits) {
  const size = weight.gzip / BYTES[unit];
  const line = `${what}: ${size.toFixed(1)} of ${limit} ${unit} gzip`;
  if (size <= limit) {
    console.log(line);
    continue;
  }
  console.error(`${line}: TOO HEAVY. What weighs most:\n${formatParts(weight)}`);
  process.exitCode = 1;
}

const leaks = leaksInBuild();
if (leaks.length > 0) {
  console.error(
    `A secret stands in what is served to everybody:\n${leaks.map((leak) => `  ${leak}`).join('\n')}`,
  );
  process.exitCode = 1;
}
