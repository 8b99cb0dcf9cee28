/** The entry point: requests, the rare sweep, and the classes of the objects. */
import { clock } from '#durable-objects/lib/clock.ts';
import { log } from '#durable-objects/lib/log.ts';
import { createApp } from './app.ts';
import { sweep } from './sweep.ts';

export { ConversationDO } from '#durable-objects/conversation/conversation-do.ts';
export { DailyRunDO } from '#durable-objects/daily-run/daily-run-do.ts';
export { LimiterDO } from '#durable-objects/limiter/limiter-do.ts';
export { RecordsDO } from '#durable-objects/records/records-do.ts';
export { UserDO } from '#durable-objects/user/user-do.ts';

const tools = { clock, log };
const app = createApp(tools);

export default {
  fetch: app.fetch,
  scheduled: (_controller, env) => sweep(env, tools),
} satisfies ExportedHandler<Env>;
