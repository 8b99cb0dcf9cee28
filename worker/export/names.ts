/** Names inside the archive. Made from titles, which may hold anything: nothing of them can lead out of the folder. */

const MAX_LENGTH = 40;

/**
 * A title as part of a file name: letters and digits of any script, and single hyphens between. So there is no dot, no
 * slash of any kind, no control and no mark that turns the direction of text, on whichever system it is unpacked.
 */
export function slugOf(title: string | null): string {
  const words = (title ?? '')
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-');
  const cut = [...words].slice(0, MAX_LENGTH).join('');
  return cut.replaceAll(/^-+|-+$/g, '') || 'untitled';
}

/** Gives each conversation a folder of its own: by date and title for people, by the end of the id to tell two apart. */
export function makeFolders(): (conversation: {
  id: string;
  title: string | null;
  createdAt: string;
}) => string {
  const taken = new Set<string>();
  return ({ id, title, createdAt }) => {
    const base = `conversations/${createdAt.slice(0, 10)}-${slugOf(title)}`;
    // The end, because the beginning of our ids is the time: two of one minute share it.
    const short = `${base}-${id.slice(-8)}`;
    const folder = taken.has(short) ? `${base}-${id}` : short;
    taken.add(folder);
    return folder;
  };
}
