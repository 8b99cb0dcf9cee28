/** What the lead and the sub-agents are told. Plain text; the conversations mark it as words of the board. */
import type { Offered } from './validate.ts';
import { currentTime } from '../tools/builtins/here.ts';
import { brief } from './text.ts';
import { costOf, isUnverified, type RunState, type TaskState } from './run-state.ts';
import { MINUTE_MS, ownMs } from './window.ts';

/** "24 min", of the run's own time. */
export const minutes = (ms: number): string => `${Math.max(0, Math.round(ms / MINUTE_MS))} min`;

/** "08:00" on the wall of the run's zone. */
export const clockTime = (at: number, timezone: string): string =>
  new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: timezone }).format(at);

/** How much of the window is left, in minutes of its own time. */
export const timeLeft = (state: RunState, now: number): string =>
  now >= state.endsAt
    ? 'The window is over.'
    : `${minutes(ownMs(state.endsAt - now, state.timeScale))} left until the hard stop at ${clockTime(state.endsAt, state.timezone)}.`;

/** The answer of `get_current_time`. */
export const timeWords = (state: RunState, now: number): string =>
  `${currentTime(now, state.timezone)}\n${timeLeft(state, now)}`;

const one = (text: string, most = 400): string => brief(text, most);

/** One task in one line, for the model. */
export function taskLine(task: TaskState): string {
  const parts = [
    `- [${task.status}] ${task.id} "${one(task.title, 120)}" (${task.category})`,
    task.progress && task.status === 'in_progress'
      ? `${task.progress.percent} %: ${one(task.progress.text, 160)}`
      : '',
    task.needsYou ? `needs the person: ${one(task.needsYou.text, 160)}` : '',
    task.attempts.length > 0 ? `${task.attempts.length} failed tries` : '',
    task.reason && (task.status === 'generated' || task.status === 'pending')
      ? `reason: ${one(task.reason, 200)}`
      : '',
    task.error && task.status === 'failed' ? `error: ${one(task.error, 200)}` : '',
    task.output && task.status === 'completed'
      ? `result: ${one(task.output, 300)}${isUnverified(task) ? ' (unverified)' : ''}`
      : '',
  ];
  return parts.filter((part) => part !== '').join('; ');
}

/** The board in words. */
export const boardWords = (state: RunState, tasks: ReadonlyArray<TaskState> = state.tasks): string =>
  tasks.length === 0 ? 'There are no tasks.' : tasks.map(taskLine).join('\n');

export const memoryWords = ({ memory }: RunState): string =>
  memory.length === 0
    ? 'The shared memory is empty.'
    : memory.map(({ agentId, key, value }) => `- ${key} = ${value} (by ${agentId})`).join('\n');

/** A connection with its tools in a line each; then the tools that belong to none. */
function toolWords({ tools }: Offered): string {
  const names = Object.keys(tools).filter((name) => tools[name]);
  const own = names.filter((name) => !name.includes('__'));
  const lines = own.map((name) => {
    const of = names
      .filter((each) => each.startsWith(`${name}__`))
      .map((each) => each.slice(name.length + 2));
    return of.length === 0 ? `- ${name}` : `- ${name}: ${of.slice(0, 30).join(', ')}`;
  });
  return lines.length === 0 ? 'None.' : lines.join('\n');
}

/** What the lead begins with. */
export function openingLetter(state: RunState, offered: Offered, now: number): string {
  const { settings, startsAt, startedAt, trigger, timeScale } = state;
  const late = ownMs(startedAt - startsAt, timeScale);
  const rules = settings.categories.map(
    ({ name, rule, costLimit }) =>
      `- ${name}: ${rule === 'allow' ? 'allowed' : rule === 'approve' ? 'only after the yes of the person' : 'not wanted'}${costLimit === null ? '' : `, at most $${costLimit}`}`,
  );
  return [
    `The daily run of ${state.date} begins. ${timeWords(state, now)}`,
    ...(late >= MINUTE_MS ? [`It begins ${minutes(late)} late; the end stays where it was.`] : []),
    ...(trigger === 'dry'
      ? ['This is a dry run: nothing that writes is really done; work as if it were.']
      : []),
    `Sub-agents at work at the same time: at most ${settings.parallel}. Budget: ${settings.budget === null ? 'none set' : `$${settings.budget}`}.`,
    ...(settings.nodMinutes === null
      ? []
      : ['The plan waits for the nod of the person: create the tasks, then end your turn.']),
    settings.style.trim() === '' ? '' : `What the person wants of the day:\n${settings.style.trim()}`,
    rules.length === 0 ? '' : `Rules by category:\n${rules.join('\n')}`,
    state.tasks.length === 0 ? '' : `Already on the board, carried over:\n${boardWords(state)}`,
    `The days before:\n${state.brief === '' ? 'Nothing is known of earlier days.' : state.brief}`,
    `Tools and connections that sub-agents can be given:\n${toolWords(offered)}`,
    'Plan 3 to 8 tasks now, then start sub-agents.',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** What a sub-agent begins with. */
export function taskLetter(state: RunState, task: TaskState, fromLead: string | null, now: number): string {
  const before = task.attempts.map(({ number, error }) => `Try ${number} failed: ${one(error, 300)}`);
  return [
    `Your task: ${task.title}`,
    task.description,
    task.advice ?? '',
    fromLead === null ? '' : `From the lead: ${fromLead}`,
    before.join('\n'),
    task.dependsOn.length === 0
      ? ''
      : `Done before it:\n${boardWords(
          state,
          state.tasks.filter(({ id }) => task.dependsOn.includes(id)),
        )}`,
    `Task id: ${task.id}. ${timeWords(state, now)}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

export const retryLetter = (task: TaskState, tries: number): string =>
  `Try ${task.attempts.length + 1} of ${tries} of your task begins. The last one failed: ${one(task.attempts.at(-1)?.error ?? 'unknown', 500)}\nTry another way where you can, and report with complete_task or fail_task.`;

export const decidedLetter = (state: RunState, advice: string, now: number): string =>
  `${advice}\nGo on with your task, and report with complete_task or fail_task. ${timeLeft(state, now)}`;

export const warningLetter = (state: RunState, now: number, forLead: boolean): string =>
  forLead
    ? `Warning: ${timeLeft(state, now)} Nothing is assigned any more. Write the next steps now with send_status_update.\n${boardWords(state)}`
    : `Warning: ${timeLeft(state, now)} Bring what you are at to an end: report with complete_task what is done, or with report_progress how far you are.`;

export const checkpointNews = (state: RunState, now: number): string =>
  `Checkpoint ${state.checkpoints}. ${timeLeft(state, now)} Cost so far: $${costOf(state).toFixed(3)}.\n${boardWords(state)}`;
