/** "Demo photos": a made-up library, the same for everybody. Among it 247 photos of Japan in October 2024. */
import { effect, reads, said, text, texts, type Tool, withPlanted, writes } from '../tool.ts';

interface Photo {
  id: string;
  date: string;
  place: string;
}

const series = (count: number, from: string, days: number, places: ReadonlyArray<string>): Photo[] =>
  Array.from({ length: count }, (_, at) => {
    const date = new Date(Date.parse(from) + (at % days) * 86_400_000 + at * 60_000);
    return {
      id: `${from.slice(0, 7)}-${at + 1}`,
      date: date.toISOString(),
      place: places[at % places.length] ?? '',
    };
  });

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

/** A real PNG: one pixel, of a colour of its own. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

export const photoTools: ReadonlyArray<Tool> = [
  {
    name: 'search_photos',
    title: 'Search photos',
    description: 'Finds photos (demo) by place and time. Dates as 2024-10-01.',
    inputSchema: texts('place?', 'from?', 'to?'),
    outputSchema: {
      type: 'object',
      properties: { count: { type: 'number' }, ids: { type: 'array', items: { type: 'string' } } },
      required: ['count', 'ids'],
    },
    annotations: reads,
    async run({ space, args }) {
      const [place, from, to] = ['place', 'from', 'to'].map((name) => said(args[name]));
      const found = library.filter(
        (photo) =>
          (!place || photo.place.toLowerCase().includes(place.toLowerCase())) &&
          (!from || photo.date >= from) &&
          (!to || photo.date.slice(0, 10) <= to),
      );
      const first = found
        .slice(0, 10)
        .map(({ id, date, place: where }) => `${id}  ${date.slice(0, 10)}  ${where}`);
      const structuredContent = { count: found.length, ids: found.slice(0, 50).map(({ id }) => id) };
      const words = `${found.length} photos found.\n${first.join('\n')}`;
      return { ...text(withPlanted(words, space.planted.result)), structuredContent };
    },
  },
  {
    name: 'show_photo',
    title: 'Show a photo',
    description: 'One photo (demo: a single pixel).',
    inputSchema: texts('id'),
    annotations: reads,
    async run({ args }) {
      const photo = library.find(({ id }) => id === args['id']);
      if (photo === undefined) return text(`There is no photo ${said(args['id'])}.`, true);
      return {
        content: [
          { type: 'text', text: `${photo.place}, ${photo.date.slice(0, 10)}` },
          { type: 'image', data: PIXEL, mimeType: 'image/png' },
        ],
      };
    },
  },
  effect(
    {
      name: 'create_album',
      title: 'Make an album',
      description: 'Makes an album (demo) of photos.',
      inputSchema: {
        type: 'object',
        properties: { title: { type: 'string' }, photo_ids: { type: 'array', items: { type: 'string' } } },
        required: ['title', 'photo_ids'],
      },
      annotations: writes,
    },
    (args) => `Album "${said(args['title'])}" made.`,
  ),
];
