/** What kind of file it is, for people: media types are for machines. */

const exact: Readonly<Record<string, string>> = {
  'application/pdf': 'PDF',
  'application/json': 'JSON',
  'application/zip': 'ZIP archive',
  'application/octet-stream': 'File',
  'text/plain': 'Text',
  'text/markdown': 'Markdown',
  'text/csv': 'Table (CSV)',
  'text/html': 'Web page',
};

const general: Readonly<Record<string, string>> = {
  image: 'image',
  audio: 'sound',
  video: 'video',
};

/** "PDF", "PNG image", "File". What is not known keeps its media type. */
export function typeWords(type: string): string {
  const plain = type.split(';')[0]?.trim().toLowerCase() ?? '';
  const known = exact[plain];
  if (known !== undefined) return known;
  const [family = '', form = ''] = plain.split('/');
  if (family === 'text' && form !== '') return `Text (${form.replace(/^x-/, '')})`;
  const word = general[family];
  if (word === undefined || form === '') return plain || 'File';
  return `${(form.split('+')[0] ?? form).replace(/^x-/, '').toUpperCase()} ${word}`;
}
