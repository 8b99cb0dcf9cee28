/**
 * The entry point of the local world: the production worker, and beside it `/__dev` with what only development and
 * tests may do. No production build contains this file: `wrangler.toml` names `worker/index.ts`.
 *
 *   GET  /__dev/clock                                     the time that the app sees
 *   POST /__dev/clock {now?: ISO, advanceMs?: number}     sets it, for the worker and all objects
 *   POST /__dev/ring  {conversationId?, userId?}          rings the doorbell of an object, for instance because the
 *                                                         clock was moved and its alarm still has the old real time
 */
import * as z from 'zod/mini';
import { conversation } from '#durable-objects/conversation/client.ts';
import { user } from '#durable-objects/user/client.ts';
import { clock } from '#durable-objects/lib/clock.ts';
import { Id, Instant } from '#shared/protocol/ids.ts';
import production from '#worker/index.ts';

export * from '#worker/index.ts';

const SetClock = z.strictObject({ now: z.optional(Instant), advanceMs: z.optional(z.number()) });
const Ring = z.strictObject({ conversationId: z.optional(Id), userId: z.optional(Id) });

const time = () => Response.json({ now: new Date(clock.now()).toISOString(), offsetMs: clock.offset });

async function dev(request: Request, env: Env): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === '/__dev/clock' && request.method === 'GET') return time();
  if (request.method !== 'POST')
    return new Response('GET or POST /__dev/clock, POST /__dev/ring\n', { status: 404 });
  const body: unknown = await request.json().catch(() => null);
  if (pathname === '/__dev/clock') {
    const change = SetClock.safeParse(body);
    if (!change.success) return Response.json(z.treeifyError(change.error), { status: 400 });
    if (change.data.now !== undefined) clock.offset = Date.parse(change.data.now) - Date.now();
    clock.offset += change.data.advanceMs ?? 0;
    return time();
  }
  if (pathname === '/__dev/ring') {
    const ring = Ring.safeParse(body);
    if (!ring.success) return Response.json(z.treeifyError(ring.error), { status: 400 });
    const { conversationId, userId } = ring.data;
    if (conversationId !== undefined) await conversation(env, conversationId).checkIn();
    if (userId !== undefined) await user(env, userId).checkIn();
    return new Response(null, { status: 204 });
  }
  return new Response(null, { status: 404 });
}

export default {
  ...production,
  fetch(request, env, context) {
    const local = new URL(request.url).pathname.startsWith('/__dev/');
    return local ? dev(request, env) : production.fetch(request, env, context);
  },
} satisfies ExportedHandler<Env>;
