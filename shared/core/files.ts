/** What files are called and what they are, before anybody else's word for it is believed. */

/** The largest file, in bytes. */
export const maxFileBytes = 25 * 1024 * 1024;

const types: Readonly<Record<string, string>> = {
  md: 'text/markdown',
  txt: 'text/plain',
  csv: 'text/csv',
  json: 'application/json',
  html: 'text/html',
  xml: 'application/xml',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  ics: 'text/calendar',
  svg: 'image/svg+xml',
};

const CONTROLS = /[\p{Cc}\p{Cf}]/gu;
const LONGEST = 200;

/** A name without a path, control characters and what file systems forbid; never empty. */
export function fileName(given: string): string {
  const last = given.normalize('NFC').replaceAll(CONTROLS, '').split(/[/\\]/).at(-1) ?? '';
  const safe = last
    .replaceAll(/[<>:"|?*]/g, '_')
    .replace(/^\.+/, '')
    .trim();
  if (safe.length <= LONGEST) return safe === '' ? 'file' : safe;
  const ending = /\.[A-Za-z0-9]{1,10}$/.exec(safe)?.[0] ?? '';
  return safe.slice(0, LONGEST - ending.length) + ending;
}

/** The media type that a name stands for; text unless it says otherwise. */
export const typeOfName = (name: string): string =>
  types[/\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''] ?? 'text/plain';

/** A media type as it was given, without parameters; bytes of no known kind otherwise. */
export const mediaType = (given: string | null): string => {
  const type = given?.split(';')[0]?.trim().toLowerCase() ?? '';
  return /^[a-z]+\/[a-z0-9.+-]{1,100}$/.test(type) ? type : 'application/octet-stream';
};

/** Whether the text of a file can be read as UTF-8. */
export const isText = (type: string): boolean =>
  type.startsWith('text/') ||
  /^application\/(json|xml|yaml|javascript|x-ndjson|[a-z0-9.-]+\+(json|xml))$/.test(type) ||
  type === 'image/svg+xml';

/** Shown by a browser as it is; everything else, which may hold scripts, is only downloaded. */
export const isShown = (type: string): boolean => /^(image\/(png|jpeg|gif|webp)|text\/plain)$/.test(type);
