/** Looks into the archive that an export answers. */
import * as z from 'zod/mini';
import { textOf, type Unpacked } from './unzip.ts';

/** What `conversations.json` lists. */
export const Index = z.object({ items: z.array(z.looseObject({ id: z.string(), folder: z.string() })) });

/** The files of an archive, and ways to look at them. */
export function opened(files: Unpacked[]) {
  const text = (name: string): string => {
    const file = files.find((each) => each.name === name);
    if (!file) throw new Error(`${name} is not among ${files.map((each) => each.name).join(', ')}`);
    return textOf(file);
  };
  const json = (name: string): unknown => JSON.parse(text(name));
  const folder = (id: string): string => {
    const found = Index.parse(json('conversations.json')).items.find((item) => item.id === id);
    if (!found) throw new Error(`${id} is not in the index`);
    return found.folder;
  };
  return {
    names: files.map(({ name }) => name),
    /** Of an archive that holds nothing but text. */
    get all() {
      return files.map(textOf).join('\n');
    },
    bytes: (name: string) => files.find((each) => each.name === name)?.bytes,
    text,
    json,
    folder,
  };
}
