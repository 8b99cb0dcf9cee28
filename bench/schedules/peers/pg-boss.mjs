/** pg-boss. Tuned as its documentation says of throughput: batches, a short poll, several workers. */
import { PgBoss } from 'pg-boss';
import { began, finish, ready, task } from './common.mjs';

const boss = new PgBoss(task.url);
boss.on('error', () => {});
await boss.start();
await boss.createQueue('go');
const options = task.tuned ? { batchSize: 100, pollingIntervalSeconds: 0.5 } : {};
for (let worker = 0; worker < (task.tuned ? 4 : 1); worker += 1)
  await boss.work('go', options, async (jobs) => {
    for (const { data } of jobs) began(data.id);
  });
for (let at = 0; at < task.due.length; at += 1_000)
  await boss.insert(
    'go',
    task.due
      .slice(at, at + 1_000)
      .map((due, index) => ({ data: { id: at + index }, startAfter: new Date(due) })),
  );
ready();
await finish();
