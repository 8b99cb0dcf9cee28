/** Where a page of a list ended: the time and id of its last row, so that the next page neither skips nor repeats. */

export interface ListCursor {
  /** Milliseconds since the epoch. */
  time: number;
  id: string;
}

export const formatCursor = ({ time, id }: ListCursor): string => `${time}.${id}`;

/** Thirteen digits last until the year 2286, and every such time can be written as a date. */
const FORMAT = /^(\d{1,13})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Null when the text is no cursor of ours. */
export function parseCursor(text: string): ListCursor | null {
  const [, time, id] = FORMAT.exec(text) ?? [];
  return id === undefined ? null : { time: Number(time), id };
}
