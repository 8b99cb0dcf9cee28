/**
 * Stand-in MCP servers for development and tests: labelled mail and photos for the example flows, and test servers of
 * both protocol eras with every fault. Each address begins with a space of its own, `/s/<space>/`, so that tests and
 * people do not meet. Nothing here reaches anything outside.
 */
import {
  localhostAllowedOrigins,
  originValidationResponse,
  readRequestBody,
} from '@modelcontextprotocol/server';
import { isObject, parseJson } from '#dev/stand-in/json.ts';
import { control, type Servers } from './control.ts';
import { Endpoint } from './endpoint.ts';
import { spacesPage } from './page.ts';
import type { Served } from './server.ts';
import { liarTools, manyTools } from './servers/crowds.ts';
import { mailTools } from './servers/mail.ts';
import { photoTools } from './servers/photos.ts';
import { trialTools } from './servers/trials.ts';
import { slackPost } from '#dev/slack/incoming.ts';
import { Space } from './space.ts';
import { webPage } from './web.ts';
import { badJson, dropped, inMode, json, refuse, unauthorized } from './wire.ts';

const page = 5;
const CATALOG: ReadonlyArray<Served> = [
  { name: 'mail', title: 'Demo mail', tools: mailTools, era: 'both', page },
  { name: 'photos', title: 'Demo photos', tools: photoTools, era: 'both', page },
  { name: 'modern', title: 'Test server without sessions', tools: trialTools, era: 'modern', page },
  { name: 'legacy', title: 'Test server with sessions', tools: trialTools, era: 'legacy', page },
  // Nobody reads 24 pages.
  { name: 'many', title: 'Test server with many tools', tools: manyTools, era: 'both', page: 30 },
  { name: 'liar', title: 'Test server that lies', tools: liarTools, era: 'both', page },
  {
    name: 'bearer',
    title: 'Test server with a token',
    tools: trialTools,
    era: 'both',
    page,
    token: 'good-token',
  },
];

const TOOLS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ...CATALOG.map(({ name, tools }) => [name, new Set(tools.map((tool) => tool.name))] as const),
  ['web', new Set(['web'])],
  ['slack', new Set(['slack'])],
]);

const MAX_BODY = 4 * 1024 * 1024;
/** Spaces beyond these are forgotten, those first that nobody has asked for the longest. */
const MAX_SPACES = 2_000;

export interface ToolsOptions {
  /** Milliseconds. Default: the system's clock. */
  readonly now?: () => number;
  /** How long `await` waits. */
  readonly waitMs?: number;
}

/** A space with its servers, made as they are asked for. */
interface World {
  readonly space: Space;
  readonly endpoints: Map<string, Endpoint>;
}

/** What a request says, as far as the ledger and the faults have to know it. */
interface Asked {
  readonly method: string;
  readonly tool: string | null;
}

function readAsked(message: unknown, request: Request): Asked {
  if (!isObject(message)) return { method: request.method, tool: null };
  const { method, params } = message;
  const isCall = method === 'tools/call' && isObject(params) && typeof params['name'] === 'string';
  return {
    method: typeof method === 'string' ? method : 'answer',
    tool: isCall ? String(params['name']) : null,
  };
}

/** The same request, with the body that was read already. */
function again(request: Request, body: string): Request {
  const { method, headers, signal } = request;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(request.url, { method, headers, signal, ...(hasBody ? { body } : {}) });
}

export function createTools({ now = Date.now, waitMs = 20_000 }: ToolsOptions = {}) {
  const worlds = new Map<string, World>();

  function worldOf(name: string): World {
    const world = worlds.get(name) ?? { space: new Space(name, now), endpoints: new Map<string, Endpoint>() };
    worlds.delete(name);
    worlds.set(name, world);
    const [oldest] = worlds;
    if (worlds.size > MAX_SPACES && oldest !== undefined) {
      worlds.delete(oldest[0]);
      void endSessions(oldest[1]);
    }
    return world;
  }

  const endSessions = async ({ endpoints }: World): Promise<void> => {
    await Promise.all([...endpoints.values()].map((endpoint) => endpoint.end()));
  };

  async function serve(served: Served, { space, endpoints }: World, request: Request, body: string) {
    const { method, tool } = readAsked(parseJson(body), request);
    const bearer = request.headers.get('authorization');
    space.see({
      server: served.name,
      method,
      tool,
      hasBearer: bearer !== null,
      protocolVersion: request.headers.get('mcp-protocol-version'),
    });
    const foreign = originValidationResponse(request, localhostAllowedOrigins());
    if (foreign !== undefined) return foreign;
    const mode = space.modes.get(served.name);
    const inTheWay = (mode?.method ?? method) === method ? await inMode(mode, request) : null;
    if (inTheWay !== null) return inTheWay;
    if (served.token !== undefined && bearer !== `Bearer ${served.token}`)
      return unauthorized(bearer !== null);
    const breaks = served.tools.find(({ name }) => name === tool)?.breaks;
    if (breaks === 'crash') return refuse(500, 'Crashed for a test.');
    if (breaks === 'bad_json') return badJson();
    const endpoint = endpoints.get(served.name) ?? new Endpoint(served, space);
    endpoints.set(served.name, endpoint);
    const answer = endpoint.fetch(again(request, body));
    return breaks === 'drop' ? dropped(answer) : answer;
  }

  async function act(world: World, request: Request, body: string): Promise<Response> {
    if (request.method !== 'POST') return refuse(405, 'POST only.');
    // A page from elsewhere can send text/plain without asking first; JSON it cannot.
    if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? ''))
      return refuse(415, 'content-type must be application/json');
    const servers: Servers = {
      tools: TOOLS,
      changed: (server) => world.endpoints.get(server)?.changed(),
      endSessions: () => endSessions(world),
    };
    const ends = AbortSignal.any([request.signal, AbortSignal.timeout(waitMs)]);
    const problem = await control(world.space, parseJson(body), servers, ends);
    return problem === null ? json({ ok: true }) : refuse(400, problem);
  }

  async function browse({ space }: World, request: Request, path: string, body: string): Promise<Response> {
    space.see({
      server: 'web',
      method: `${request.method} ${path}`,
      tool: null,
      hasBearer: request.headers.has('authorization'),
      protocolVersion: null,
    });
    return (await inMode(space.modes.get('web'), request)) ?? (await webPage(space, request, path, body));
  }

  async function post({ space }: World, request: Request, path: string, body: string): Promise<Response> {
    const method = `${request.method} ${path}`;
    space.see({ server: 'slack', method, tool: null, hasBearer: false, protocolVersion: null });
    return (await inMode(space.modes.get('slack'), request)) ?? (await slackPost(space, request, path, body));
  }

  async function inSpace(world: World, request: Request, rest: string, search: string): Promise<Response> {
    const read = await readRequestBody(request, MAX_BODY);
    if (read.tooLarge) return refuse(413, 'The body is too large.');
    const isWeb = rest === 'web' || rest.startsWith('web/');
    if (isWeb) return browse(world, request, `${rest.slice('web'.length) || '/'}${search}`, read.text);
    if (rest.startsWith('slack/')) return post(world, request, rest.slice('slack'.length), read.text);
    if (rest === '__ledger') return json({ effects: world.space.effects, calls: world.space.calls });
    if (rest === '__control') return act(world, request, read.text);
    const served = CATALOG.find(({ name }) => rest === `${name}/mcp`);
    return served === undefined
      ? refuse(404, 'There is no such server.')
      : serve(served, world, request, read.text);
  }

  return {
    async fetch(request: Request): Promise<Response> {
      const { pathname, search } = new URL(request.url);
      if (pathname === '/' && request.method === 'GET')
        return spacesPage([...worlds.values()].map(({ space }) => space).toReversed());
      const [, name, rest = ''] = /^\/s\/([a-z0-9-]{1,64})\/(.*)$/.exec(pathname) ?? [];
      return name === undefined
        ? refuse(404, 'There is nothing here: /s/<space>/<server>/mcp')
        : inSpace(worldOf(name), request, rest, search);
    },
  };
}
