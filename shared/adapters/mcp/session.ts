/**
 * One session with one remote MCP server, over Streamable HTTP in whichever revision it speaks. Connects when it is
 * first needed. A server that asks the person for something ends the call here: in the stateless revision that is an
 * `input_required` result, in the older one its request is cancelled and the call is made again with the answer.
 */
import { Client, isInputRequiredResult, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { Settings } from '#shared/core/settings.ts';
import { canonical } from '#shared/core/tools/canonical.ts';
import type {
  McpCall,
  McpFault,
  McpInputAnswer,
  McpInputRequest,
  McpListing,
  McpOutcome,
  McpSession,
  McpTarget,
} from '#shared/core/tools/mcp.ts';
import { readContent, readInputRequest } from './content.ts';
import { faultOf } from './faults.ts';
import { readTools } from './listing.ts';
import { networkOf, type Network } from './transport.ts';

const CONNECT_MS = 15_000;
const MAX_PAGES = 20;
/** How long the goodbye may take: it is a courtesy. */
const CLOSE_MS = 2_000;

type Answers = Readonly<Record<string, McpInputAnswer>>;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const unsupported: McpFault = {
  ok: false,
  code: 'unsupported',
  message: '',
  mayHaveRun: true,
  retryAfterMs: null,
};

/** The same question asked again is known by what it says. */
const sameAs = (a: McpInputRequest) => (b: McpInputRequest) =>
  a.mode === b.mode &&
  a.message === b.message &&
  a.url === b.url &&
  canonical(a.schema) === canonical(b.schema);

class Session implements McpSession {
  listChanged = false;
  readonly #client: Client;
  readonly #network: Network;
  readonly #target: McpTarget;
  readonly #ending = new AbortController();
  #connected: Promise<void> | null = null;
  /** What an older server asks in mid-call: answered from here, or noted and cancelled. */
  #asked: McpInputRequest[] = [];
  #known: ReadonlyArray<McpInputRequest> = [];
  #answers: Answers = {};

  constructor(target: McpTarget, settings: Settings) {
    this.#target = target;
    this.#network = networkOf(target, settings, this.#ending.signal);
    this.#client = new Client(
      { name: 'agentic-tasks', version: '1' },
      {
        capabilities: { elicitation: { form: {}, url: {} } },
        versionNegotiation: { mode: 'auto' },
        inputRequired: { autoFulfill: false },
        listMaxPages: MAX_PAGES,
      },
    );
    this.#client.setNotificationHandler('notifications/tools/list_changed', () => {
      this.listChanged = true;
    });
    this.#client.setRequestHandler('elicitation/create', ({ params }) => this.#elicit(params));
  }

  async list(signal: AbortSignal): Promise<({ ok: true } & McpListing) | McpFault> {
    try {
      await this.#connect(signal);
      const { tools } = await this.#client.listTools(undefined, { signal, timeout: CONNECT_MS });
      const server = this.#client.getServerVersion();
      this.listChanged = false;
      return {
        ok: true,
        server: { name: server?.name ?? '', version: server?.version ?? '' },
        protocolVersion: this.#client.getNegotiatedProtocolVersion() ?? '',
        ...readTools(tools),
      };
    } catch (error) {
      return faultOf(error, this.#network, { sent: false, aborted: signal.aborted });
    }
  }

  async call(call: McpCall): Promise<McpOutcome> {
    let sent = false;
    try {
      await this.#connect(call.signal);
      this.#prepare(call);
      sent = true;
      const result: unknown = await this.#client.callTool(
        { name: call.name, arguments: { ...call.args }, ...resumed(call, this.#known) },
        {
          signal: call.signal,
          timeout: call.timeoutMs,
          maxTotalTimeout: call.timeoutMs,
          allowInputRequired: true,
          onprogress: ({ progress, total, message }) =>
            call.onProgress({ progress, total: total ?? null, message: message?.slice(0, 200) ?? null }),
        },
      );
      if (isInputRequiredResult(result)) return inputRequired(result);
      if (this.#asked.length > 0) return this.#stopped();
      const { content, structuredContent, isError } = isRecord(result) ? result : {};
      return {
        ok: true,
        type: 'done',
        isError: isError === true,
        content: readContent(content),
        structured: structuredContent,
      };
    } catch (error) {
      if (this.#asked.length > 0) return this.#stopped();
      return faultOf(error, this.#network, { sent, aborted: call.signal.aborted });
    }
  }

  async close(): Promise<void> {
    const { transport } = this.#client;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_MS);
    });
    try {
      if (transport instanceof StreamableHTTPClientTransport)
        await Promise.race([transport.terminateSession().catch(() => {}), late]);
      await this.#client.close();
    } catch {
      // The server may be gone; nothing of the session is needed any more.
    } finally {
      clearTimeout(timer);
      this.#ending.abort();
    }
  }

  #connect(signal: AbortSignal): Promise<void> {
    this.#connected ??= this.#client.connect(
      new StreamableHTTPClientTransport(new URL(this.#target.url), { fetch: this.#network.fetch }),
      { signal, timeout: CONNECT_MS },
    );
    return this.#connected;
  }

  #prepare({ resume }: McpCall): void {
    this.#asked = [];
    this.#known = resume === undefined ? [] : requestsIn(resume.state);
    this.#answers = resume?.answers ?? {};
  }

  /** Answers what the person has answered before; anything else ends the call, to be asked in peace. */
  #elicit(params: unknown) {
    const request = readInputRequest(String(this.#asked.length), params);
    if (request === null) return { action: 'decline' as const };
    const known = this.#known.find(sameAs(request));
    const answer = known === undefined ? undefined : this.#answers[known.key];
    if (answer === undefined) {
      this.#asked.push(request);
      return { action: 'cancel' as const };
    }
    return answer.action === 'accept'
      ? { action: answer.action, content: scalars(answer.content) }
      : { action: answer.action };
  }

  #stopped(): McpOutcome {
    const requests = this.#asked;
    return { ok: true, type: 'input_required', state: JSON.stringify({ requests }), requests };
  }
}

/** What a form can hold: texts, numbers, truth values and lists of texts. */
function scalars(content: Readonly<Record<string, unknown>>) {
  const entries = Object.entries(content).flatMap(
    ([name, value]): Array<[string, string | number | boolean | string[]]> => {
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
        return [[name, value]];
      return Array.isArray(value) ? [[name, value.map(String)]] : [];
    },
  );
  return Object.fromEntries(entries);
}

/** PERSISTED as text with the question: what was asked, and the server's own token to go on. */
function requestsIn(state: string): McpInputRequest[] {
  const stored: unknown = JSON.parse(state);
  const requests: unknown = isRecord(stored) ? stored['requests'] : [];
  if (!Array.isArray(requests)) return [];
  return requests.filter(isRecord).flatMap((each) => {
    const { key, mode, message, schema, url } = each;
    return readInputRequest(String(key), { mode, message, requestedSchema: schema, url }) ?? [];
  });
}

function inputRequired(result: unknown): McpOutcome {
  const { inputRequests, requestState } = isRecord(result) ? result : {};
  const requests = Object.entries(isRecord(inputRequests) ? inputRequests : {}).map(([key, request]) => {
    const { method, params } = isRecord(request) ? request : {};
    return method === 'elicitation/create' ? readInputRequest(key, params) : null;
  });
  if (requests.length === 0 || requests.includes(null)) return unsupported;
  const asked = requests.filter((request) => request !== null);
  const state = JSON.stringify({ requests: asked, ...(requestState === undefined ? {} : { requestState }) });
  return { ok: true, type: 'input_required', state, requests: asked };
}

/** What the stateless revision is sent along when a call goes on; nothing in the older one. */
function resumed({ resume }: McpCall, known: ReadonlyArray<McpInputRequest>) {
  if (resume === undefined) return {};
  const stored: unknown = JSON.parse(resume.state);
  const requestState = isRecord(stored) ? stored['requestState'] : undefined;
  if (typeof requestState !== 'string') return {};
  const answered = known.flatMap(({ key }) => {
    const answer = resume.answers[key];
    return answer === undefined ? [] : [[key, answer] as const];
  });
  return { inputResponses: Object.fromEntries(answered), requestState };
}

/** @returns a session for one turn of one user. Nothing of it throws. */
export const connectMcp = (target: McpTarget, { settings }: { settings: Settings }): McpSession =>
  new Session(target, settings);
