/** Tools of the test servers that behave: read, write, ask the person, change. Faults are in `faults.ts`. */
import { acceptedContent, inputRequired } from '@modelcontextprotocol/server';
import * as z from 'zod/mini';
import { png } from '../png.ts';
import { effect, number, object, reads, said, text, texts, type Tool, writes } from '../tool.ts';
import { faultTools } from './faults.ts';

const Named = z.object({ name: z.string() });

/** Reads and writes. */
const plain: ReadonlyArray<Tool> = [
  {
    name: 'echo',
    description: 'Says what it was told.',
    inputSchema: texts('text'),
    annotations: reads,
    run: async ({ args }) => text(said(args['text'])),
  },
  {
    name: 'add',
    description: 'Adds two numbers.',
    inputSchema: object({ a: number, b: number }),
    outputSchema: object({ sum: number }),
    annotations: reads,
    async run({ args }) {
      const sum = Number(args['a']) + Number(args['b']);
      return { ...text(String(sum)), structuredContent: { sum } };
    },
  },
  {
    name: 'read_notes',
    description: 'All notes that were written here.',
    inputSchema: texts(),
    annotations: reads,
    async run({ space }) {
      const notes = space.notes.map((note) => `${note.id}  ${note.text}`);
      return text([...notes, ...space.planted('note', 'read_notes')].join('\n') || 'No notes yet.');
    },
  },
  effect(
    {
      name: 'write_note',
      description: 'Writes a note.',
      inputSchema: texts('text', 'idempotency_key?'),
      annotations: writes,
    },
    {
      act(args, { notes, effects }) {
        notes.push({ id: `n${effects.length}`, text: said(args['text']) });
        return `Note written: ${said(args['text'])}`;
      },
    },
  ),
  effect(
    {
      name: 'send_message',
      description: 'Sends a message.',
      inputSchema: texts('to', 'text'),
      annotations: { ...writes, openWorldHint: true },
    },
    { act: (args) => `Message sent to ${said(args['to'])}.` },
  ),
  effect(
    {
      name: 'delete_note',
      description: 'Deletes a note.',
      inputSchema: texts('id'),
      annotations: { readOnlyHint: false, destructiveHint: true, openWorldHint: false },
    },
    {
      // A note that is not there is deleted too: whoever tries it without a yes has to show in the ledger.
      act(args, { notes }) {
        const at = notes.findIndex(({ id }) => id === args['id']);
        if (at >= 0) notes.splice(at, 1);
        return `Note ${said(args['id'])} deleted.`;
      },
    },
  ),
];

/** Content other than text. */
const rich: ReadonlyArray<Tool> = [
  {
    name: 'image',
    description: 'Answers with an image.',
    inputSchema: texts(),
    annotations: reads,
    run: async () => ({
      content: [
        { type: 'text', text: 'a small square' },
        { type: 'image', data: png('image'), mimeType: 'image/png' },
      ],
    }),
  },
  {
    name: 'resource',
    description: 'Answers with a resource and a link to one.',
    inputSchema: texts(),
    annotations: reads,
    run: async () => ({
      content: [
        { type: 'resource', resource: { uri: 'demo://one', mimeType: 'text/plain', text: 'embedded text' } },
        { type: 'resource_link', uri: 'demo://two', name: 'two', description: 'the second' },
      ],
    }),
  },
];

/** What goes back and forth. */
const talkative: ReadonlyArray<Tool> = [
  {
    name: 'ask_name',
    description: 'Asks the person for a name, then writes it down.',
    inputSchema: texts(),
    annotations: writes,
    async run({ answers, state, mint, space, server }) {
      if (answers?.['name'] === undefined)
        // Where the revision has no such result, the SDK sends the question itself and calls again.
        return inputRequired({
          requestState: await mint('ask_name'),
          inputRequests: {
            name: inputRequired.elicit({
              message: 'What is your name?',
              requestedSchema: {
                type: 'object',
                properties: { name: { type: 'string', title: 'Name' } },
                required: ['name'],
              },
            }),
          },
        });
      if (state !== 'ask_name') return text('The state that came with the question is missing.', true);
      const answer = acceptedContent(answers, 'name', Named);
      if (answer === undefined) return text('Nobody said a name.', true);
      const args = { name: answer.name };
      return text(space.act({ server, tool: 'ask_name', args, key: null }, () => `Hello ${args.name}.`).text);
    },
  },
  {
    name: 'change_tools',
    description: 'Gives one of the tools (echo where none is named) another description, and tells about it.',
    inputSchema: texts('tool?', 'description?'),
    annotations: writes,
    async run({ args, space, server, changed }) {
      const name = said(args['tool']) || 'echo';
      const description =
        said(args['description']) || `Says what it was told, loudly (change ${space.changes.size + 1}).`;
      space.changes.set(`${server}/${name}`, { ...space.changes.get(`${server}/${name}`), description });
      changed();
      return text(`${name} was changed.`);
    },
  },
];

/** The tools of `modern`, `legacy` and `bearer`. */
export const trialTools: ReadonlyArray<Tool> = [...plain, ...rich, ...talkative, ...faultTools];
