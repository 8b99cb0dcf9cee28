/**
 * The first and last thing on every request: an id, the services, one line in the log, and the headers that keep
 * an API answer from being framed, sniffed or cached.
 */
import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { v7 as uuidv7 } from 'uuid';
import type { Logger } from '#shared/core/log/log.ts';
import { SettingsError } from '#shared/core/settings.ts';
import type { AppEnv } from '../app-env.ts';
import { makeServices, type Services, type Tools } from '../services.ts';
import { problemResponse, refuse } from './problems.ts';

/** The platform's own id of a request; anything else in that header came from the client and is not used. */
const RAY = /^[0-9a-f]{16}(?:-[A-Z]{3})?$/;

const HEADERS: ReadonlyArray<readonly [string, string]> = [
  [
    'content-security-policy',
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  ],
  ['cross-origin-opener-policy', 'same-origin'],
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['referrer-policy', 'no-referrer'],
  ['cross-origin-resource-policy', 'same-origin'],
];

function finish(response: Response, requestId: string, secure: boolean): Response {
  // An upgrade carries its socket; a copy of the response would lose it.
  if (response.status === 101) return response;
  const answer = new Response(response.body, response);
  for (const [name, value] of HEADERS) answer.headers.set(name, value);
  if (!answer.headers.has('cache-control')) answer.headers.set('cache-control', 'no-store');
  if (secure) answer.headers.set('strict-transport-security', 'max-age=63072000; includeSubDomains');
  answer.headers.set('x-request-id', requestId);
  return answer;
}

/** Settings that cannot be used: each goes to the log by name, and nothing else can be done. */
function tellBadSettings(error: SettingsError, log: Logger): void {
  for (const { key } of error.bad) log.error('setting_unusable', { setting: key });
}

/** Makes the middleware; services are built once for each environment object. */
export function door(tools: Tools): MiddlewareHandler<AppEnv> {
  const built = new WeakMap<object, Services>();
  const servicesFor = (env: Env): Services => {
    const services = built.get(env) ?? makeServices(env, tools);
    built.set(env, services);
    return services;
  };

  return async (c, next) => {
    const startedAt = tools.clock.now();
    const ray = c.req.header('cf-ray') ?? '';
    const requestId = RAY.test(ray) ? ray : uuidv7();
    c.set('requestId', requestId);
    c.set('log', tools.log.with({ requestId }));

    let secure = false;
    try {
      const services = servicesFor(c.env);
      secure = services.settings.publicOrigin.startsWith('https:');
      c.set('services', services);
      await next();
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      tellBadSettings(error, c.get('log'));
      // Names and expectations, no values: whoever sees this is setting the app up.
      c.res = problemResponse(refuse('internal', { detail: error.message }), requestId);
    }

    c.res = finish(c.res, requestId, secure);
    // The pattern, never the path: what was asked for may hold anything.
    const route = routePath(c, -1);
    c.get('log').info('request', {
      method: c.req.method,
      route: route.includes('*') ? 'none' : route,
      status: c.res.status,
      ms: tools.clock.now() - startedAt,
    });
  };
}
