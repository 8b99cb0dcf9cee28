/**
 * What a server wants to know from the person in the middle of a call, over as many rounds as it takes. A server without
 * sessions ends the call with its questions and a state, and is given both back. One with sessions asks while the call
 * runs: what was answered before is answered again, anything new is noted and cancelled, and the call is made again.
 */
import {
  type ElicitRequestParams,
  type ElicitResult,
  type InputRequiredResult,
  specTypeSchemas,
} from '@modelcontextprotocol/client';
import * as z from 'zod/mini';
import { canonical } from '#shared/core/tools/canonical.ts';
import type { McpInputAnswer, McpInputRequest, McpOutcome, McpResume } from '#shared/core/tools/mcp.ts';
import { isTooDeep } from './mend.ts';

const maxRounds = 5;
/** Questions of one call that are kept. */
const maxAsked = 8;
const maxMessage = 4_000;
const maxSchema = 32_768;

const Content = z.record(z.string(), z.unknown());
const Answer = z.discriminatedUnion('action', [
  z.object({ action: z.literal('accept'), content: Content }),
  z.object({ action: z.literal('decline') }),
  z.object({ action: z.literal('cancel') }),
]);

/** PERSISTED as text with the question to the person, until it is answered. */
const State = z.object({
  round: z.number(),
  /** The server's own, given back as it came; null when it keeps none. */
  requestState: z.nullable(z.string()),
  asked: z.array(
    z.object({
      key: z.string(),
      /** What the server calls it; null when it asked while the call ran. */
      theirs: z.nullable(z.string()),
      mode: z.enum(['form', 'url']),
      message: z.string(),
      schema: z.nullable(Content),
      url: z.nullable(z.string()),
      answer: z.nullable(Answer),
    }),
  ),
});
type State = z.infer<typeof State>;
type Asked = State['asked'][number];

/** Of a form's or an address's parameters, in both eras. */
const Params = z.object({
  message: z.string(),
  mode: z.optional(z.string()),
  requestedSchema: z.optional(Content),
  url: z.optional(z.string()),
});
const Elicitation = z.object({ method: z.literal('elicitation/create'), params: Params });

/** It asks for what this app does not do, or in a way that nobody can be shown. */
export class CannotAsk extends Error {
  override readonly name = 'CannotAsk';
}

/** It asks again and again. */
export class AsksTooOften extends Error {
  override readonly name = 'AsksTooOften';
}

type Question = Pick<Asked, 'mode' | 'message' | 'schema' | 'url'>;

/** The question, if it is one that can be shown. */
function questionOf(params: unknown): Question | null {
  const { data } = isTooDeep(params) ? {} : Params.safeParse(params);
  if (data === undefined) return null;
  const message = data.message.slice(0, maxMessage);
  if (data.mode === 'url') {
    const url = URL.canParse(data.url ?? '') ? new URL(data.url ?? '') : null;
    // Anything else is not a page, and may be a script.
    const isPage = url?.protocol === 'https:' || url?.protocol === 'http:';
    return url !== null && isPage ? { mode: 'url', message, schema: null, url: url.href } : null;
  }
  const schema = data.requestedSchema;
  const fits = schema !== undefined && JSON.stringify(schema).length <= maxSchema;
  return fits ? { mode: 'form', message, schema, url: null } : null;
}

const isSame = (a: Question, b: Question): boolean =>
  a.mode === b.mode &&
  a.message === b.message &&
  a.url === b.url &&
  canonical(a.schema) === canonical(b.schema);

/** An answer in the SDK's words; `cancel` for one that is missing or does not fit into a form. */
function resultOf(asked: Asked): ElicitResult {
  const { answer, mode } = asked;
  if (answer === null) return { action: 'cancel' };
  if (answer.action !== 'accept' || mode === 'url') return { action: answer.action };
  const result = specTypeSchemas.ElicitResult['~standard'].validate(answer);
  return result.issues === undefined ? result.value : { action: 'cancel' };
}

export class Asks {
  readonly #state: State;

  /** @param resume of a call that stopped to ask. Throws where its state is none of ours. */
  constructor(resume?: McpResume) {
    if (resume === undefined) {
      this.#state = { round: 0, requestState: null, asked: [] };
      return;
    }
    const state = State.parse(JSON.parse(resume.state));
    const given = new Map<string, McpInputAnswer>(Object.entries(resume.answers));
    const asked = state.asked.map((each) => {
      const answer = each.answer ?? given.get(each.key) ?? { action: 'cancel' };
      return {
        ...each,
        answer: answer.action === 'accept' ? { ...answer, content: { ...answer.content } } : answer,
      };
    });
    this.#state = { ...state, asked };
  }

  /** There are questions that nobody has answered yet. */
  get waiting(): boolean {
    return this.#state.asked.some(({ answer }) => answer === null);
  }

  /** What goes along with the call when it goes on without a session. */
  retry(): { inputResponses?: Record<string, ElicitResult>; requestState?: string } {
    const { asked, requestState } = this.#state;
    const theirs = asked.filter(({ theirs }) => theirs !== null);
    return {
      ...(theirs.length === 0
        ? {}
        : { inputResponses: Object.fromEntries(theirs.map((each) => [each.theirs ?? '', resultOf(each)])) }),
      ...(requestState === null ? {} : { requestState }),
    };
  }

  /** Answers a server that asks while the call runs. */
  answer(params: ElicitRequestParams): ElicitResult {
    const question = questionOf(params);
    if (question === null) return { action: 'cancel' };
    const known = this.#state.asked.find((asked) => isSame(asked, question));
    if (known !== undefined) return resultOf(known);
    if (this.#state.asked.length < maxAsked) this.#ask(question, null);
    return { action: 'cancel' };
  }

  /** The server stopped the call. Throws `CannotAsk`. */
  take({ inputRequests = {}, requestState }: InputRequiredResult): void {
    const requests = Object.entries(inputRequests);
    if (requests.length > maxAsked) throw new CannotAsk();
    this.#state.asked = [];
    this.#state.requestState = requestState ?? null;
    for (const [theirs, request] of requests) {
      const { data } = isTooDeep(request) ? {} : Elicitation.safeParse(request);
      const question = questionOf(data?.params);
      if (question === null) throw new CannotAsk();
      this.#ask(question, theirs);
    }
  }

  /** The server refused the call until the person has been to these pages. Throws `CannotAsk`. */
  takePages(pages: ReadonlyArray<unknown>): void {
    const questions = pages.slice(0, maxAsked).map(questionOf);
    if (questions.length === 0) throw new CannotAsk();
    this.#state.asked = [];
    for (const question of questions) {
      if (question === null) throw new CannotAsk();
      this.#ask(question, null);
    }
  }

  /** What the call ends with until the questions are answered. Throws `AsksTooOften`. */
  outcome(): McpOutcome {
    const { asked, round } = this.#state;
    if (round >= maxRounds) throw new AsksTooOften();
    const requests: McpInputRequest[] = asked
      .filter(({ answer }) => answer === null)
      .map(({ key, mode, message, schema, url }) => ({ key, mode, message, schema, url }));
    const state = JSON.stringify({ ...this.#state, round: round + 1 });
    return { ok: true, type: 'input_required', state, requests };
  }

  #ask(question: Question, theirs: string | null): void {
    this.#state.asked.push({ ...question, key: `q${this.#state.asked.length + 1}`, theirs, answer: null });
  }
}
