/** Files: what Claude writes for the person to download, and what it reads again. */
import * as z from 'zod/mini';
import type { BuiltinSpec } from '../builtin.ts';
import { checkWith, object, text } from './schema.ts';

export const WriteFile = z.object({
  name: z.string().check(z.trim(), z.minLength(1), z.maxLength(200)),
  content: z.string(),
  type: z.optional(
    z.nullable(z.string().check(z.regex(/^[a-z]+\/[a-z0-9.+-]{1,100}$/, 'must be a media type'))),
  ),
});

export const ReadFile = z.object({
  id: z.string().check(z.minLength(1), z.maxLength(100)),
  offset: z.optional(z.nullable(z.number().check(z.int(), z.minimum(0)))),
});

const Nothing = z.object({});

export const writeFile: BuiltinSpec = {
  name: 'write_file',
  title: 'Write a file',
  description:
    'Make a text file that the person can open and download: a report, a list, a draft, code, CSV. Its id comes back. Use it for anything longer than a message, or that will be used elsewhere.',
  inputSchema: object(
    {
      name: text('With its ending, such as outline.md.'),
      content: text('All of it.'),
      type: text('Its media type; text/markdown for .md and so on unless given.'),
    },
    ['name', 'content'],
  ),
  check: (input) => checkWith(WriteFile, input),
  risk: () => 'store',
  repeatable: true,
};

export const readFile: BuiltinSpec = {
  name: 'read_file',
  title: 'Read a file',
  description: 'The text of a file of this conversation, from `offset` characters on, 30,000 at a time.',
  inputSchema: object(
    {
      id: text('From list_files, a message or write_file.'),
      offset: { type: 'integer', description: 'Where to begin; 0 unless given.' },
    },
    ['id'],
  ),
  check: (input) => checkWith(ReadFile, input),
  risk: () => 'read',
  repeatable: true,
};

export const listFiles: BuiltinSpec = {
  name: 'list_files',
  title: 'List files',
  description: 'The files of this conversation: id, name, type and size.',
  inputSchema: object({}, []),
  check: (input) => checkWith(Nothing, input),
  risk: () => 'read',
  repeatable: true,
};
