/** The only door to a user's records. */
import { remote, type Remote } from '#durable-objects/lib/remote.ts';
import type { RecordsDO } from './records-do.ts';

/** The object that holds the records of this user. */
export const records = (env: Pick<Env, 'RECORDS'>, userId: string): Remote<RecordsDO> =>
  remote<RecordsDO>(env.RECORDS.getByName(userId));
