/** All scenarios by name. Later flows add theirs here. */
import { endings } from './endings.ts';
import { failures } from './failures.ts';
import { puppets } from './obedient.ts';
import { replies } from './replies.ts';
import { services } from './services.ts';
import type { Scenario } from './scenario.ts';

export const scenarios: readonly Scenario[] = [...replies, ...endings, ...failures, ...services, ...puppets];

export function findScenario(name: string): Scenario | undefined {
  return scenarios.find((scenario) => scenario.name === name);
}
