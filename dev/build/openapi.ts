/** The OpenAPI 3.1 document, made from the route table, so that it cannot say anything else than the code. */
import * as z from 'zod/mini';
import { Problem, problems } from '#shared/protocol/problem.ts';
import type { Route } from '#shared/protocol/route.ts';
import { routes } from '#shared/protocol/routes.ts';

type Json = Record<string, unknown>;

/** JSON Schema of a zod schema. Bodies and queries are described as they are sent, before any transform. */
const schemaOf = (schema: z.ZodMiniType, io: 'input' | 'output'): Json => {
  const { $schema: _draft, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
};

const jsonContent = (schema: Json) => ({ 'application/json': { schema } });

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Names this act. The same request with the same key is done once and answered as it was the first time, also when that answer was lost. Without a key, and without an `id` where the body takes one, each request is an act of its own.',
  schema: { type: 'string', minLength: 1 },
};

function parameters(route: Route): Json[] {
  const inPath = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', format: 'uuid' },
  }));
  const query = route.query ? schemaOf(route.query, 'input') : {};
  const properties = z.optional(z.record(z.string(), z.unknown())).parse(query['properties']) ?? {};
  const inQuery = Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema,
  }));
  const ticket = { name: 'ticket', in: 'query', required: false, schema: { type: 'string' } };
  return [
    ...inPath,
    ...inQuery,
    ...(route.access === 'ticket' ? [ticket] : []),
    ...(route.keyed ? [idempotencyKey] : []),
  ];
}

const security: Record<Route['access'], Json[]> = {
  public: [],
  cookie: [{ refreshCookie: [] }],
  user: [{ bearer: [] }],
  ticket: [{ bearer: [] }, { ticket: [] }],
};

function operation(name: string, route: Route): Json {
  const location = {
    Location: { description: 'Where to go on.', schema: { type: 'string', format: 'uri' } },
  };
  const reply = {
    ...(route.reply ? { content: jsonContent(schemaOf(route.reply, 'output')) } : {}),
    ...(route.produces
      ? { content: { [route.produces]: { schema: { type: 'string', format: 'binary' } } } }
      : {}),
    ...(route.status === 302 ? { headers: location } : {}),
  };
  return {
    operationId: name,
    summary: route.summary,
    tags: [route.path.split('/')[2] ?? 'api'],
    security: security[route.access],
    // What a key must be allowed to do, or what it can never do.
    ...(route.access === 'user' || route.access === 'ticket' ? { 'x-needs': route.needs } : {}),
    parameters: parameters(route),
    ...(route.body
      ? {
          requestBody: {
            required: !route.body.safeParse(undefined).success,
            content: jsonContent(schemaOf(route.body, 'input')),
          },
        }
      : {}),
    responses: {
      [String(route.status)]: { description: route.summary, ...reply },
      default: {
        description: 'A problem (RFC 9457).',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

/** The whole document. */
export function openapi(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const [name, route] of Object.entries(routes)) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route) };
  }
  const codes = Object.entries(problems).map(
    ([code, { status, title }]) => `- \`${code}\` (${status}): ${title}`,
  );
  return {
    openapi: '3.1.0',
    info: {
      title: 'Agentic Tasks',
      version,
      description: `Everything is a conversation. Errors are problems with a stable \`code\`:\n\n${codes.join('\n')}`,
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { Problem: schemaOf(Problem, 'output') },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        refreshCookie: { type: 'apiKey', in: 'cookie', name: '__Host-refresh' },
        ticket: { type: 'apiKey', in: 'query', name: 'ticket' },
      },
    },
  };
}
