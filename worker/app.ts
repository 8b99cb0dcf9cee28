/** The app behind the door: every route group, and what answers when none of them does. */
import { Hono } from 'hono';
import { routes } from '#shared/protocol/routes.ts';
import type { App, AppEnv } from './app-env.ts';
import { door } from './middleware/door.ts';
import { problemResponse, refusalOf, refuse } from './middleware/problems.ts';
import { authRoutes } from './routes/auth.ts';
import { conversationRoutes } from './routes/conversations.ts';
import { exportRoutes } from './routes/export.ts';
import { googleRoutes } from './routes/google.ts';
import { opsRoutes } from './routes/ops.ts';
import { healthRoutes } from './routes/health.ts';
import { listRoutes } from './routes/list.ts';
import { linkRoutes } from './routes/links.ts';
import { meRoutes } from './routes/me.ts';
import { messageRoutes } from './routes/messages.ts';
import { passkeyRoutes } from './routes/passkeys.ts';
import { passkeySignInRoutes } from './routes/passkeys-sign-in.ts';
import { securityRoutes } from './routes/security.ts';
import { connectionRoutes } from './routes/connections.ts';
import { fileRoutes } from './routes/files.ts';
import { memoryRoutes } from './routes/memory.ts';
import { noteRoutes } from './routes/note.ts';
import { notificationRoutes } from './routes/notifications.ts';
import { questionRoutes } from './routes/questions.ts';
import { channelRoutes } from './routes/channels.ts';
import { dailyRunRoutes } from './routes/daily.ts';
import { scheduleRoutes } from './routes/schedules.ts';
import { streamRoutes } from './routes/stream.ts';
import { hookRoutes } from './routes/hooks.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import type { Tools } from './services.ts';

const PATTERNS = [
  ...Object.values(routes).map(({ method, path }) => ({
    method,
    pattern: new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`),
  })),
  // Apart from the table, because they take raw bytes. Who opens one in a browser is told that it is an address.
  { method: 'POST', pattern: /^\/hooks\/[\w-]{64}(?:\/[^/]+)?$/ },
];

/** The methods that the table has for a path, as an `Allow` header; null when it does not know the path. */
function allowed(path: string): string | null {
  const methods = new Set<string>();
  for (const { method, pattern } of PATTERNS) if (pattern.test(path)) methods.add(method);
  if (methods.size === 0) return null;
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods, 'OPTIONS'].join(', ');
}

/** Makes the app. The entry point brings the clock and the log. */
export function createApp(tools: Tools): App {
  const app: App = new Hono<AppEnv>();
  app.use(door(tools));

  healthRoutes(app);
  authRoutes(app);
  linkRoutes(app);
  googleRoutes(app);
  opsRoutes(app);
  meRoutes(app);
  passkeySignInRoutes(app);
  passkeyRoutes(app);
  securityRoutes(app);
  exportRoutes(app);
  listRoutes(app);
  conversationRoutes(app);
  messageRoutes(app);
  streamRoutes(app);
  questionRoutes(app);
  scheduleRoutes(app);
  webhookRoutes(app);
  dailyRunRoutes(app);
  channelRoutes(app);
  hookRoutes(app);
  notificationRoutes(app);
  noteRoutes(app);
  connectionRoutes(app);
  memoryRoutes(app);
  fileRoutes(app);

  app.notFound((c) => {
    const allow = allowed(c.req.path);
    if (allow === null) return problemResponse(refuse('not_found'), c.get('requestId'));
    // No CORS headers: a browser of another origin is told nothing, so it may do nothing.
    if (c.req.method === 'OPTIONS') return new Response(null, { status: 204, headers: { allow } });
    return problemResponse(refuse('method_not_allowed', { headers: { allow } }), c.get('requestId'));
  });

  app.onError((error, c) => {
    const refusal = refusalOf(error);
    c.get('log').error('request_failed', { code: refusal.refuse, error });
    return problemResponse(refusal, c.get('requestId'));
  });
  return app;
}
