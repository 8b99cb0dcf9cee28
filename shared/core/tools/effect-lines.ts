/** The audit of effects: one line for each call, made from the journal in the log. */
import type { LogEntry } from '../conversation/input.ts';
import type { AllowedBy } from '#shared/protocol/conversation.ts';
import type { EffectLine } from '#shared/protocol/connection.ts';
import type { Risk, ToolOrigin } from '#shared/protocol/question.ts';
import { canonical } from './canonical.ts';

export type EffectRecord = Omit<EffectLine, 'conversationTitle'>;

interface Call {
  callId: string;
  /** As settings and rules name it. */
  toolKey: string;
  name: string;
  title: string;
  from: ToolOrigin;
  risk: Risk;
  input: Readonly<Record<string, unknown>>;
  at: string;
}

const SUMMARY = 300;
/** Of no consequence to anybody: not worth a line. */
const unlisted: ReadonlySet<string> = new Set(['ask_user', 'get_current_time']);

/** Whom it reaches, then what it is about, then the rest; the key that makes a repeat harmless says nothing. */
function summaryOf(input: Call['input']): string {
  const first = ['to', 'recipient', 'channel', 'url', 'subject', 'title', 'name'];
  const rank = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length);
  const parts = Object.entries(input)
    .filter(([name]) => !/^idempotency_?key$/i.test(name))
    .toSorted(([a], [b]) => rank(a) - rank(b))
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : canonical(value)}`);
  return parts.join(' · ').replaceAll(/\s+/g, ' ').trim().slice(0, SUMMARY);
}

const who = ({ type }: AllowedBy): EffectLine['allowedBy'] => (type === 'approval' ? 'person' : type);

/** The lines of all calls about which something was logged after `since`. */
export function effectLines(
  log: ReadonlyArray<LogEntry>,
  since: number,
  conversationId: string,
): EffectRecord[] {
  const calls = new Map<string, Call>();
  const lines = new Map<string, EffectRecord>();
  const asked = new Map<string, string>();
  const devices = new Map<string, string | null>();
  const touched = new Set<string>();
  const put = (toolUseId: string, seq: number, turnId: string, change: Partial<EffectRecord>) => {
    const call = calls.get(toolUseId);
    if (call === undefined || unlisted.has(call.name)) return;
    const known = lines.get(toolUseId) ?? {
      callId: call.callId,
      conversationId,
      turnId,
      toolKey: call.toolKey,
      title: call.title,
      connection: call.from?.name ?? null,
      risk: call.risk,
      summary: summaryOf(call.input),
      allowedBy: null,
      decidedBy: null,
      outcome: 'running' as const,
      at: call.at,
      endedAt: null,
    };
    lines.set(toolUseId, { ...known, ...change });
    if (seq > since) touched.add(toolUseId);
  };
  for (const { event } of log) {
    switch (event.type) {
      case 'question_asked': {
        const { approval, toolUseId, id, askedAt } = event.question;
        if (approval === null) break;
        asked.set(id, toolUseId);
        const { callId, toolKey, name, title, from, risk, input } = approval;
        calls.set(toolUseId, { callId, toolKey, name, title, from, risk, input, at: askedAt });
        put(toolUseId, event.seq, event.turnId, {});
        break;
      }
      case 'question_closed': {
        const toolUseId = asked.get(event.questionId);
        devices.set(event.questionId, event.end.by?.device ?? null);
        const call = toolUseId === undefined ? undefined : calls.get(toolUseId);
        if (toolUseId === undefined || call === undefined) break;
        if (event.end.input !== null) calls.set(toolUseId, { ...call, input: event.end.input });
        if (event.end.by !== null)
          put(toolUseId, event.seq, lines.get(toolUseId)?.turnId ?? '', { decidedBy: event.end.by.device });
        break;
      }
      case 'tool_intended': {
        const { intent, toolUseId, name, input } = event;
        const { allowedBy, callId, toolKey, title, from, risk, startedAt } = intent;
        calls.set(toolUseId, { callId, toolKey, name, title, from, risk, input, at: startedAt });
        const decidedBy =
          allowedBy.type === 'rule'
            ? allowedBy.ruleId
            : allowedBy.type === 'approval'
              ? (devices.get(allowedBy.questionId) ?? null)
              : null;
        const summary = summaryOf(input);
        put(toolUseId, event.seq, event.turnId, {
          allowedBy: who(allowedBy),
          decidedBy,
          summary,
          outcome: 'running',
        });
        break;
      }
      case 'tool_ended': {
        const outcome = event.outcome ?? (event.isError ? 'error' : 'ok');
        put(event.toolUseId, event.seq, event.turnId, { outcome, endedAt: event.at });
        break;
      }
      default:
        break;
    }
  }
  return [...touched].flatMap((toolUseId) => lines.get(toolUseId) ?? []);
}
