/** Decides what happens with a request: what a test queued for it, what its marker asks for, or small talk. */
import type { Control } from './control/control.ts';
import type { Asked } from './control/queue.ts';
import type { MessageRequest } from './contract/request.ts';
import { digest } from './digest.ts';
import { say } from './reply/draft.ts';
import type { Attempts } from './scenarios/attempts.ts';
import { findScenario, scenarios } from './scenarios/catalog.ts';
import { findDirective, type Directive } from './scenarios/directive.ts';
import { Options } from './scenarios/options.ts';
import type { Plan, Setting } from './scenarios/scenario.ts';
import { withSearches } from './services/tool-search.ts';
import { withResumed } from './services/web.ts';
import { speak } from './speech/speakers.ts';
import { isTask } from './speech/tasks.ts';
import { newestRaw, viewOf } from './speech/view.ts';

export interface Chosen {
  readonly plan: Plan & { readonly draft: NonNullable<Plan['draft']> };
  readonly scenario: string | null;
  readonly asked: Asked;
}

export function choosePlan(request: MessageRequest, control: Control, attempts: Attempts): Chosen {
  const view = viewOf(request);
  const task = isTask(view);
  const asked: Asked = {
    model: request.model.id,
    text: newestRaw(request),
    stream: request.stream,
    kind: task ? 'task' : 'chat',
  };
  const setting: Setting = { request, view, talk: () => speak(view, request) };
  const complete = (plan: Plan): Chosen['plan'] => ({
    ...plan,
    draft: withResumed(withSearches(plan.draft ?? setting.talk(), request), request),
  });

  const queued = control.takeQueued(asked);
  if (queued?.reply !== undefined)
    return { plan: complete({ draft: { blocks: queued.reply } }), scenario: 'queued reply', asked };
  if (queued?.scenario !== undefined) {
    const plan = findScenario(queued.scenario)?.plan(new Options(queued.options), setting) ?? {};
    return { plan: complete(plan), scenario: queued.scenario, asked };
  }
  // A task works on words that were meant for the conversation: their marker is not for it.
  const directive = task ? undefined : findDirective(asked.text);
  if (directive === undefined) return { plan: complete({}), scenario: null, asked };
  return { plan: complete(planOf(directive, setting, attempts)), scenario: directive.name, asked };
}

function planOf(directive: Directive, setting: Setting, attempts: Attempts): Plan {
  const scenario = findScenario(directive.name);
  if (scenario === undefined) {
    const names = scenarios.map(({ name }) => `\`${name}\``).join(', ');
    return { draft: say(`There is no scenario \`${directive.name}\`. There are: ${names}.`) };
  }
  const options = new Options(directive.options);
  const times = options.times(scenario.times);
  const key = digest(
    JSON.stringify([setting.request.model.id, directive, setting.view.said, setting.view.step]),
  );
  if (attempts.strikes(key, times)) return scenario.plan(options, setting);
  if (setting.view.newest !== '') return {};
  const count = times === 1 ? 'one attempt' : `${times} attempts`;
  return { draft: say(`After ${count} that failed as \`${scenario.name}\` asked, this is the answer.`) };
}
