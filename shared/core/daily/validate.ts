/** Whether a task can be done, asked before anybody begins it. */
import type { Kit } from '../tools/kit.ts';
import { categoryOf } from './text.ts';
import { categoryCost, costOf, findTask, type RunState, type TaskState } from './run-state.ts';

/** What there is to work with at this moment. */
export interface Offered {
  /** Names of tools as the model calls them, and of connections; false for what is known and cannot be used now. */
  tools: Readonly<Record<string, boolean>>;
}

/** Tools that a sub-agent may be given beside those of connections. */
export const lendable = [
  'http_request',
  'list_files',
  'read_file',
  'write_file',
  'recall',
  'records_query',
  'records_write',
  'remember',
  'code_execution',
  'web_fetch',
  'web_search',
] as const;

/**
 * @param catalog names of the tools of the owner's connections as the model would call them, with their connection
 * @param server names of the model service's own tools that are there
 */
export function offeredBy(
  kit: Pick<Kit, 'connections' | 'settings'>,
  catalog: ReadonlyArray<{ name: string; from: { connectionId: string } | null }>,
  server: ReadonlyArray<string>,
): Offered {
  const own = ['code_execution', 'web_fetch', 'web_search'];
  const builtin = lendable.filter((name) => !own.includes(name) || server.includes(name));
  const usable = new Map(kit.connections.map(({ id, usable: good }) => [id, good]));
  return {
    tools: Object.fromEntries([
      ...builtin.map((name): [string, boolean] => [name, kit.settings[name] !== 'off']),
      ...kit.connections.map(({ slug, usable: good }): [string, boolean] => [slug, good]),
      ...catalog.flatMap(({ name, from }): Array<[string, boolean]> =>
        from === null ? [] : [[name, usable.get(from.connectionId) ?? false]],
      ),
    ]),
  };
}

const asList = (words: ReadonlyArray<string>): string => words.map((word) => `"${word}"`).join(', ');

interface Trouble {
  text: string;
  wait: boolean;
  category?: true;
}

type Judged = Pick<TaskState, 'id' | 'category' | 'tools' | 'dependsOn' | 'needs' | 'approved'>;

const stop = (text: string): Trouble => ({ text, wait: false });

/** Whether a task would wait for itself, in however many steps. */
function isCircle(state: RunState, task: Pick<TaskState, 'id' | 'dependsOn'>): boolean {
  const seen = new Set<string>();
  const open = [...task.dependsOn];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === task.id) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    open.push(...(findTask(state, id)?.dependsOn ?? []));
  }
  return false;
}

/**
 * Why a task cannot be assigned; null when it can. `wait`: it may come right by itself (a task before it, the yes of the
 * person, an agent that is free); otherwise the lead has to change it.
 */
export function trouble(state: RunState, task: Judged, { tools }: Offered): Trouble | null {
  const unknown = task.tools.filter((name) => !Object.hasOwn(tools, name));
  if (unknown.length > 0) return stop(`There is no tool or connection ${asList(unknown)}.`);
  const off = task.tools.filter((name) => tools[name] === false);
  if (off.length > 0) return stop(`${asList(off)} cannot be used now: not connected or switched off.`);
  return boardTrouble(state, task);
}

const ruleOf = ({ settings }: RunState, category: string) =>
  settings.categories.find(({ name }) => categoryOf(name) === categoryOf(category));

/** Whether tasks of a category begin only after the yes of the person. */
export const asksFirst = (state: RunState, category: string): boolean =>
  ruleOf(state, category)?.rule === 'approve';

/** The same, by what the board alone knows. */
export function boardTrouble(state: RunState, task: Judged): Trouble | null {
  const strange = task.dependsOn.filter((id) => findTask(state, id) === null);
  if (strange.length > 0) return stop(`There is no task ${asList(strange)} to wait for.`);
  if (isCircle(state, task)) return stop('It would wait for itself: change what has to be done first.');
  const { budget } = state.settings;
  if (budget !== null && costOf(state) >= budget)
    return stop(`The budget of this run ($${budget}) is used up.`);
  const rule = ruleOf(state, task.category);
  if (rule?.rule === 'forbid') return stop(`The person does not want tasks of the category "${rule.name}".`);
  if (rule !== undefined && rule.costLimit !== null && categoryCost(state, task.category) >= rule.costLimit)
    return stop(`The category "${rule.name}" has cost what it may ($${rule.costLimit}).`);
  if (rule?.rule === 'approve' && !task.approved)
    return { text: `"${rule.name}" waits for the yes of the person.`, wait: true, category: true };
  const before = task.dependsOn.flatMap((id) => findTask(state, id) ?? []);
  const dead = before.find(({ status }) => status === 'failed' || status === 'cancelled');
  if (dead) return stop(`"${dead.title}", which has to be done first, was not done.`);
  const open = before.find(({ status }) => status !== 'completed');
  if (open) return { text: `"${open.title}" has to be done first.`, wait: true };
  const missing = task.needs.filter((key) => !state.memory.some((row) => row.key === key));
  if (missing.length > 0) return { text: `Not in the shared memory yet: ${asList(missing)}.`, wait: true };
  return null;
}
