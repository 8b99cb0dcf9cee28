/** "Demo photos": a made-up library, the same for everybody. Among it 247 photos of Japan in October 2024. */
import { png } from '../png.ts';
import {
  effect,
  number,
  object,
  reads,
  said,
  string,
  strings,
  text,
  texts,
  type Tool,
  writes,
} from '../tool.ts';

interface Photo {
  id: string;
  /** ISO, in UTC. */
  date: string;
  place: string;
}

const DAY_MS = 86_400_000;
const SHOWN = 10;
const LISTED = 50;

function series(count: number, from: string, days: number, places: ReadonlyArray<string>): Photo[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `${from.slice(0, 7)}-${at + 1}`,
    date: new Date(Date.parse(from) + (at % days) * DAY_MS + at * 60_000).toISOString(),
    place: places[at % places.length] ?? '',
  }));
}

const library: ReadonlyArray<Photo> = [
  ...series(247, '2024-10-04T03:00:00Z', 18, [
    'Kyoto, Japan',
    'Tokyo, Japan',
    'Nara, Japan',
    'Hakone, Japan',
  ]),
  ...series(61, '2025-07-12T09:00:00Z', 9, ['Bergen, Norway', 'Flåm, Norway']),
  ...series(38, '2026-03-20T12:00:00Z', 4, ['Lisbon, Portugal']),
];

const has = (whole: string, part: string): boolean => whole.toLowerCase().includes(part.toLowerCase());

export const photoTools: ReadonlyArray<Tool> = [
  {
    name: 'search_photos',
    title: 'Search photos',
    description:
      'Finds photos (demo) by words, place and time. Dates as 2024-10-01, both days included. Tells how many, and the first of them.',
    inputSchema: texts('query?', 'from?', 'to?', 'place?'),
    outputSchema: object({ count: number, ids: strings }),
    annotations: reads,
    async run({ args }) {
      const [query = '', place = '', from = '', to = ''] = ['query', 'place', 'from', 'to'].map((name) =>
        said(args[name]),
      );
      const words = query.split(/\s+/).filter(Boolean);
      const found = library.filter(
        (photo) =>
          words.every((word) => has(`${photo.place} ${photo.date}`, word)) &&
          has(photo.place, place) &&
          photo.date.slice(0, 10) >= from &&
          (to === '' || photo.date.slice(0, 10) <= to),
      );
      const first = found
        .slice(0, SHOWN)
        .map(({ id, date, place: where }) => `${id}  ${date.slice(0, 10)}  ${where}`);
      const structuredContent = { count: found.length, ids: found.slice(0, LISTED).map(({ id }) => id) };
      return { ...text([`${found.length} photos found.`, ...first].join('\n')), structuredContent };
    },
  },
  {
    name: 'show_photo',
    title: 'Show a photo',
    description: 'One photo (demo: a small square of colour).',
    inputSchema: texts('id'),
    annotations: reads,
    async run({ args }) {
      const photo = library.find(({ id }) => id === args['id']);
      if (photo === undefined) return text(`There is no photo ${said(args['id'])}.`, true);
      return {
        content: [
          { type: 'text', text: `${photo.place}, ${photo.date.slice(0, 10)}` },
          { type: 'image', data: png(photo.id), mimeType: 'image/png' },
        ],
      };
    },
  },
  effect(
    {
      name: 'create_album',
      title: 'Make an album',
      description: 'Makes an album (demo) of photos.',
      inputSchema: object({ title: string, photo_ids: strings }),
      annotations: writes,
    },
    { act: (args) => `Album "${said(args['title'])}" made.` },
  ),
];
