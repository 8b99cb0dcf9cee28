/**
 * graphile-worker. Tuned as worker.graphile.org/docs/performance says: a local queue of 500, short polls, more at once.
 */
import { makeWorkerUtils, run } from 'graphile-worker';
import { began, finish, ready, task } from './common.mjs';

const quiet = { scope: () => quiet, error() {}, warn() {}, info() {}, debug() {} };
const utils = await makeWorkerUtils({ connectionString: task.url, logger: undefined });
await utils.migrate();
const tuned = task.tuned
  ? { preset: { worker: { concurrentJobs: 24, pollInterval: 250, localQueue: { size: 500 } } } }
  : {};
const runner = await run({
  connectionString: task.url,
  noHandleSignals: true,
  ...tuned,
  taskList: { go: async (payload) => began(payload.id) },
});
for (let at = 0; at < task.due.length; at += 1_000) {
  const jobs = task.due
    .slice(at, at + 1_000)
    .map((due, index) => ({ identifier: 'go', payload: { id: at + index }, runAt: new Date(due) }));
  await utils.addJobs(jobs);
}
ready();
await finish();
void runner;
