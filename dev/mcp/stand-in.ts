/**
 * Stand-in MCP servers for development and tests: labelled mail and photos for the example flows, and test servers of
 * both protocol eras with every fault. Each address begins with a space of its own, `/s/<space>/`, so that tests and
 * people do not meet. Nothing here reaches anything outside.
 */
import { parseJson, isObject } from '#dev/stand-in/json.ts';
import { answer, type Served } from './answer.ts';
import { control } from './control.ts';
import { mailbox } from './mailbox.ts';
import { spacesPage } from './page.ts';
import { mailTools } from './servers/mail.ts';
import { photoTools } from './servers/photos.ts';
import { liarTools, manyTools, trialTools } from './servers/trials.ts';
import { Space } from './space.ts';
import { page } from './web.ts';

const servers: ReadonlyArray<Served> = [
  { name: 'mail', title: 'Demo mail', tools: mailTools, era: 'both' },
  { name: 'photos', title: 'Demo photos', tools: photoTools, era: 'both' },
  { name: 'modern', title: 'Test server without sessions', tools: trialTools, era: 'modern' },
  { name: 'legacy', title: 'Test server of the older revisions', tools: trialTools, era: 'legacy' },
  { name: 'many', title: 'Test server with many tools', tools: manyTools, era: 'both' },
  { name: 'liar', title: 'Test server that lies', tools: liarTools, era: 'both' },
  { name: 'bearer', title: 'Test server with a token', tools: trialTools, era: 'both' },
];

/** What `bearer` takes. */
const TOKEN = 'good-token';
const MAX_SPACES = 2_000;

const no = (status: number, problem: string): Response => Response.json({ problem }, { status });

/** A call that has to break on the wire: the tool it calls, if it is one of those. */
function brokenCall(message: unknown): string | null {
  if (!isObject(message) || message['method'] !== 'tools/call') return null;
  const params = isObject(message['params']) ? message['params'] : {};
  const name = String(params['name']);
  return ['bad_json', 'crash', 'drop'].includes(name) ? name : null;
}

const hang = (signal: AbortSignal): Promise<Response> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(no(499, 'given up')), { once: true });
  });

/** A body that breaks off: the client sees a lost connection. */
const cut = (): Response =>
  new Response(new ReadableStream({ pull: (controller) => controller.error(new Error('cut')) }), {
    headers: { 'content-type': 'application/json' },
  });

export function createTools(): { fetch(request: Request): Promise<Response> } {
  const spaces = new Map<string, Space>();
  const spaceOf = (name: string): Space => {
    const known = spaces.get(name) ?? new Space(name, mailbox);
    spaces.delete(name);
    spaces.set(name, known);
    const [oldest] = spaces.keys();
    if (spaces.size > MAX_SPACES && oldest !== undefined) spaces.delete(oldest);
    return known;
  };

  async function serve(served: Served, space: Space, request: Request): Promise<Response> {
    const body = await request.text();
    const message = parseJson(body);
    const method = isObject(message) ? String(message['method'] ?? 'answer') : request.method;
    const params = isObject(message) && isObject(message['params']) ? message['params'] : {};
    const bearer = request.headers.get('authorization');
    const tool = method === 'tools/call' ? String(params['name']) : null;
    space.seen.push({ server: served.name, method, tool, hasBearer: bearer !== null });
    const mode = space.modes.get(served.name) ?? 'ok';
    if (mode === 'down') return no(503, 'down for a test');
    if (mode === 'hang') return hang(request.signal);
    const needsToken = served.name === 'bearer' && bearer !== `Bearer ${TOKEN}`;
    if (mode === 'unauthorized' || needsToken)
      return new Response(null, { status: 401, headers: { 'www-authenticate': 'Bearer' } });
    const broken = brokenCall(message);
    if (broken === 'crash') return no(500, 'crashed for a test');
    if (broken === 'bad_json')
      return new Response('{"jsonrpc": "2.0", "result": {', {
        headers: { 'content-type': 'application/json' },
      });
    const answered = await answer(served, space, request, body);
    return broken === 'drop' ? cut() : answered;
  }

  return {
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === '/' && request.method === 'GET') return spacesPage([...spaces.values()].toReversed());
      const [, name, rest = ''] = /^\/s\/([a-z0-9-]{1,64})\/(.*)$/.exec(pathname) ?? [];
      if (name === undefined) return no(404, 'There is nothing here: /s/<space>/<server>/mcp');
      const space = spaceOf(name);
      if (rest === '__ledger') return Response.json({ effects: space.effects, calls: space.seen });
      if (rest === '__control') {
        const problem = await control(space, parseJson(await request.text()));
        return problem === null ? Response.json({ ok: true }) : no(400, problem);
      }
      if (rest === 'web' || rest.startsWith('web/')) return page(space, request, rest.slice(3) || '/');
      const served = servers.find((each) => rest === `${each.name}/mcp`);
      return served === undefined ? no(404, 'There is no such server.') : serve(served, space, request);
    },
  };
}
