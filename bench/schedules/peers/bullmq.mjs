/** BullMQ on Redis with an append-only file, fsync every second. Tuned: fifty at once. */
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { began, finish, ready, task } from './common.mjs';

const connect = () => new Redis({ host: '127.0.0.1', port: task.redisPort, maxRetriesPerRequest: null });
const queue = new Queue('go', { connection: connect() });
const worker = new Worker('go', async ({ data }) => began(data.id), {
  connection: connect(),
  ...(task.tuned ? { concurrency: 50 } : {}),
});
for (let at = 0; at < task.due.length; at += 1_000) {
  const now = Date.now();
  await queue.addBulk(
    task.due.slice(at, at + 1_000).map((due, index) => ({
      name: 'go',
      data: { id: at + index },
      opts: { delay: Math.max(0, due - now) },
    })),
  );
}
ready();
await finish();
void worker;
