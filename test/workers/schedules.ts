/** Schedules of a conversation for tests in workerd, through the routes, as the app and scripts see them. */
import * as z from 'zod/mini';
import { Run } from '#shared/protocol/run.ts';
import { Occurrence, Schedule } from '#shared/protocol/schedule.ts';
import type { Talk } from './talk.ts';

/** What the stand-in answers with a greeting. */
export const instruction = 'Say hello to the world';

/** Makes a schedule that says hello, unless the body says otherwise. */
export async function scheduled(talk: Talk, body: Record<string, unknown>): Promise<Schedule> {
  const response = await talk.call('POST', '/schedules', { instruction, ...body });
  if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
  return z.object({ schedule: Schedule }).parse(await response.json()).schedule;
}

/** The first page of a list of the conversation. */
export const pageOf = async <Item extends z.ZodMiniType>(talk: Talk, path: string, item: Item) =>
  z.object({ items: z.array(item) }).parse(await (await talk.call('GET', path)).json()).items;

/** The runs of the conversation, newest first. */
export const runsOf = (talk: Talk): Promise<Run[]> => pageOf(talk, '/runs', Run);

/** The receipts of a schedule, newest first. */
export const receiptsOf = (talk: Talk, { id }: Schedule): Promise<Occurrence[]> =>
  pageOf(talk, `/schedules/${id}/occurrences`, Occurrence);
