/** Questions as they are asked: Claude's own (`ask_user`), the yes to a call, and those of a server in mid-call. */
import type { Question, QuestionField, QuestionKind, Risk } from '#shared/protocol/question.ts';
import type { PendingCall } from '../conversation/state.ts';
import { instant } from '../schedule/instant.ts';
import { questionsOf } from './builtins/ask-user.ts';
import { canonical } from './canonical.ts';
import type { CatalogTool } from './catalog.ts';
import type { Deciding } from './decide.ts';
import { worldOf } from './needed.ts';
import type { McpInputRequest } from './mcp.ts';
import type { AskReason } from './policy.ts';

type Input = Readonly<Record<string, unknown>>;
type Given = Pick<Deciding, 'now' | 'newId'>;

const HOUR = 60 * 60_000;
/** An approval that nobody gives for so long is a no. */
const approvalHours = 7 * 24;

const base = (call: PendingCall, hours: number, { now, newId }: Given) => ({
  id: newId(),
  turnId: call.turnId,
  runId: call.runId,
  toolUseId: call.toolUseId,
  fields: [],
  approval: null,
  from: null,
  url: null,
  askedAt: instant(now),
  expiresAt: instant(now + hours * HOUR),
  remindedAt: null,
});

const kindOf = (fields: ReadonlyArray<QuestionField>): QuestionKind =>
  fields.length === 1 ? (fields[0]?.kind ?? 'text') : 'form';

/** What `ask_user` asks; its arguments were checked. */
export function askUserQuestion(call: PendingCall, given: Given): Question {
  const { fields, hours } = questionsOf(call.input);
  const title = fields.map(({ label }) => label).join(' · ');
  return { ...base(call, hours, given), kind: kindOf(fields), title, fields };
}

/** Names exactly what a yes would run. */
const hashOf = (tool: CatalogTool, input: Input, sha256: Deciding['sha256']): string =>
  sha256(canonical([tool.key, tool.hash, input]));

/** The yes that one exact call needs. */
export function approvalOf(
  asked: {
    call: PendingCall;
    tool: CatalogTool;
    risk: Risk;
    input: Input;
    callId: string;
    reason: AskReason;
  },
  deciding: Deciding,
): Question {
  const { call, tool, risk, input, callId, reason } = asked;
  const builtin = deciding.builtins.find(({ name }) => tool.from === null && name === tool.name);
  const world = worldOf(deciding);
  const schedule = builtin?.preview?.(input, world);
  const change = builtin?.previewChange?.(input, world);
  return {
    ...base(call, approvalHours, deciding),
    kind: 'approval',
    title: tool.from === null ? tool.title : `${tool.title} (${tool.from.name})`,
    approval: {
      callId,
      toolKey: tool.key,
      name: tool.name,
      title: tool.title,
      from: tool.from,
      risk,
      input,
      hash: hashOf(tool, input, deciding.sha256),
      reason,
      outside: [...deciding.outside],
      previous: deciding.previous.get(tool.name) ?? null,
      editable: true,
      ...(schedule ? { schedule } : {}),
      ...(change ? { change } : {}),
    },
  };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const isRecord = (value: unknown): value is Input => typeof value === 'object' && value !== null;

/** One property of a server's form as a field of ours; what we have no control for is asked as text. */
function fieldOf(key: string, schema: unknown): QuestionField {
  const member = isRecord(schema) ? schema : {};
  const label = text(member['title']) || text(member['description']) || key;
  const options = Array.isArray(member['enum']) ? member['enum'].map(String) : [];
  const kind = options.length > 0 ? 'choice' : member['type'] === 'boolean' ? 'confirmation' : 'text';
  return {
    id: key,
    kind,
    label: label.slice(0, 500),
    options: options.slice(0, 50).map((option) => ({ label: option, description: null })),
    multiple: false,
  };
}

/** The question of a server that stopped in the middle of a call. Its words are its own, and the card says so. */
export function serverQuestion(
  call: PendingCall,
  tool: CatalogTool,
  requests: ReadonlyArray<McpInputRequest>,
  given: Given,
): Question {
  const fields = requests.flatMap(({ key, schema, message }) => {
    const properties = isRecord(schema?.['properties']) ? Object.entries(schema['properties']) : [];
    if (properties.length === 0)
      return [{ ...fieldOf(key, { type: 'boolean', title: message }), id: `${key}.` }];
    return properties.map(([name, member]) => ({ ...fieldOf(name, member), id: `${key}.${name}` }));
  });
  const shown = fields.slice(0, 20);
  return {
    ...base(call, approvalHours, given),
    kind: shown.length === 1 ? kindOf(shown) : 'form',
    title: requests
      .map(({ message }) => message)
      .join(' · ')
      .slice(0, 1_000),
    fields: shown,
    from: tool.from,
    url: requests.find(({ url }) => url !== null)?.url ?? null,
  };
}
