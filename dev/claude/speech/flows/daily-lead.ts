/** The lead of a daily run, played by the demo model: plans what the offered tools allow, hands it out, closes the day. */
import type { JsonObject } from '#dev/stand-in/json.ts';
import { say, type Draft } from '../../reply/draft.ts';
import type { Speaker } from '../speaker.ts';
import type { View } from '../view.ts';
import { calling, offered, resultOf } from './call.ts';

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
const BOARD = /^(?:Task |Try |Checkpoint |The person )/m;

interface Planned {
  title: string;
  description: string;
  category: string;
  tools: string[];
}

const ideas: readonly Planned[] = [
  {
    title: 'Find flight receipts in the mail',
    description: 'Look for the newest receipt of American Airlines and note its confirmation and total.',
    category: 'mail',
    tools: ['demo-mail'],
  },
  {
    title: 'Answer Rebecca about the receipts',
    description: 'Write Rebecca one mail that says that her receipts are being collected.',
    category: 'mail',
    tools: ['demo-mail'],
  },
  {
    title: 'Pick photos for the album',
    description: 'Find the photos of the trip to Japan and say how many there are.',
    category: 'photos',
    tools: ['demo-photos'],
  },
  {
    title: 'Write the outline of the day',
    description: 'Write a short outline of what the day is for into a file.',
    category: 'notes',
    tools: ['write_file'],
  },
  {
    title: 'Check the flight prices',
    description: 'Ask the price service what the flight costs today.',
    category: 'research',
    tools: ['http_request'],
  },
];

/** What the opening calls a tool or connection; a second connection of a name has a number. */
const namedIn = (text: string, name: string): string | undefined =>
  new RegExp(`^- (${name}(?:-\\d+)?)(?::|$)`, 'm').exec(text)?.[1];

/** Those ideas whose tools the opening names. */
const plan = (view: View): Planned[] =>
  ideas.flatMap((idea) => {
    const tools = idea.tools.flatMap((name) => namedIn(view.newest, name) ?? []);
    return tools.length === idea.tools.length ? [{ ...idea, tools }] : [];
  });

interface Pending {
  task_id: string;
  capabilities_needed: string[];
}

/** Pending tasks that a result names. Who is to write to somebody gets the mail for it. */
const pendingIn = (text: string): Pending[] =>
  text
    .split('\n')
    .filter(
      (line) => /^- \[pending\]|" is pending\.?$/.test(line) && !/ and waits: |needs the person/.test(line),
    )
    .flatMap((line) => {
      const task_id = UUID.exec(line)?.[0];
      return task_id === undefined
        ? []
        : [{ task_id, capabilities_needed: line.includes('"Write to ') ? ['demo-mail'] : [] }];
    });

function spawn(view: View, pending: readonly Pending[], words: string): Draft {
  const tool = offered(view, 'spawn_subagent');
  if (pending.length === 0 || tool === undefined) return say('There is nothing to hand out.');
  return {
    blocks: [
      { type: 'text', text: words },
      ...pending.map((each) => ({
        type: 'tool_use' as const,
        name: tool,
        input: { ...each } satisfies JsonObject,
      })),
    ],
  };
}

function opening(view: View): Draft | undefined {
  if (view.step === 0) return calling(view, 'query_history', { days: 7 }, 'I look at the days before.');
  if (resultOf(view, 'query_history') !== undefined)
    return calling(
      view,
      'generate_tasks',
      { tasks: plan(view).map((task) => ({ ...task })) },
      'This is the plan of the day.',
    );
  const made = resultOf(view, 'generate_tasks');
  if (made === undefined) return undefined;
  if (view.newest.includes('waits for the nod')) return say('The plan stands. I start when you nod.');
  const most = Number(/at most (\d+)\. Budget/.exec(view.newest)?.[1] ?? 3);
  return spawn(view, pendingIn(made.text).slice(0, most), 'I hand out the first tasks.');
}

function news(view: View): Draft | undefined {
  if (view.step === 0) return calling(view, 'list_pending_tasks', {});
  const pending = resultOf(view, 'list_pending_tasks');
  return pending === undefined ? undefined : spawn(view, pendingIn(pending.text), 'I hand out what is free.');
}

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'];

/** "Drop the second one, add ...": what the person says to the lead. */
function told(view: View): Draft | undefined {
  const added = /\badd (?:a task:? )?(.+)/i.exec(view.newest)?.[1]?.replace(/[.!]$/, '');
  if (view.step === 0) return calling(view, 'read_task_database', {});
  const board = resultOf(view, 'read_task_database');
  if (board !== undefined) {
    const lines = board.text.split('\n');
    const at = ordinals.findIndex((word) => view.newest.toLowerCase().includes(word));
    const id = UUID.exec(lines[at] ?? '')?.[0];
    const drops = /\b(?:drop|cancel)\b/i.test(view.newest) && id !== undefined;
    const blocks: Draft['blocks'] = [
      ...(drops
        ? [
            {
              type: 'tool_use' as const,
              name: 'update_task_status',
              input: { task_id: id, status: 'cancelled', reason: 'The person dropped it.' },
            },
          ]
        : []),
      ...(added === undefined
        ? []
        : [
            {
              type: 'tool_use' as const,
              name: 'create_task',
              input: { title: added.slice(0, 100), description: added, category: 'own', tools: [] },
            },
          ]),
    ];
    return blocks.length > 0 ? { blocks } : say(`This is the board:\n\n${board.text}`);
  }
  const made = resultOf(view, 'create_task');
  if (made !== undefined && !made.isError) return spawn(view, pendingIn(made.text), 'Done. I hand it out.');
  const dropped = resultOf(view, 'update_task_status');
  if (dropped !== undefined) return say(dropped.isError ? dropped.text : 'It is off the board.');
  return undefined;
}

export const leadFlow: Speaker = {
  name: 'leads a daily run',
  speak: (view) => {
    if (offered(view, 'spawn_subagent') !== 'spawn_subagent') return undefined;
    if (resultOf(view, 'spawn_subagent') !== undefined) return say('I come back when something happens.');
    if (resultOf(view, 'send_status_update') !== undefined) return say('The next steps are written.');
    if (view.newest.startsWith('The daily run of ')) return opening(view);
    if (/^Warning: /m.test(view.newest))
      return calling(view, 'send_status_update', {
        content:
          'Look at what needs you first; carry over what is unfinished; the price service should be asked again tomorrow.',
      });
    return BOARD.test(view.newest) ? news(view) : told(view);
  },
};
