/** Small errands: one call of a built-in tool, and a word about what came of it. */
import { say } from '../../reply/draft.ts';
import type { Speaker } from '../speaker.ts';
import type { View } from '../view.ts';
import { calling, resultOf } from './call.ts';
import type { JsonObject } from '#dev/stand-in/json.ts';

interface Errand {
  tool: string;
  asks: RegExp;
  input: (match: RegExpExecArray) => JsonObject;
  told: (text: string) => string;
}

const errands: ReadonlyArray<Errand> = [
  {
    tool: 'remember',
    asks: /^(?:please )?remember (?:that )?([\s\S]{3,400})/i,
    input: ([, text = '']) => ({ text: text.trim() }),
    told: () => 'I will remember that. You can see and change it under Settings, Memory.',
  },
  {
    tool: 'recall',
    asks: /\bwhat do you (?:know|remember) about me\b/i,
    input: () => ({}),
    told: (text) => `This is what I keep:\n\n${text}`,
  },
  {
    tool: 'get_current_time',
    asks: /\bwhat(?:'s| is) the (?:time|date)\b|\bwhat time is it\b/i,
    input: () => ({}),
    told: (text) => `It is ${text.split(';')[0] ?? text}.`,
  },
  {
    tool: 'http_request',
    asks: /\b(?:fetch|open|get) (https?:\/\/\S+)/i,
    input: ([, url = '']) => ({ method: 'GET', url }),
    told: (text) => `It answered:\n\n> ${text.slice(0, 300).replaceAll('\n', '\n> ')}`,
  },
  {
    tool: 'http_request',
    asks: /\bpost "([^"]*)" to (https?:\/\/\S+)/i,
    input: ([, body = '', url = '']) => ({ method: 'POST', url, body }),
    told: (text) => text.slice(0, 300),
  },
  {
    tool: 'write_file',
    asks: /\bsave "([^"]*)" as (\S+)/i,
    input: ([, content = '', name = '']) => ({ content, name }),
    told: () => 'The file is there; you can open it above.',
  },
  {
    tool: 'archive_conversation',
    asks: /^archive this\b/i,
    input: () => ({}),
    told: () => 'Done; it is archived when I have said this.',
  },
  {
    tool: 'create_webhook',
    asks: /\bwhen (?:an? )?(?:new )?issues?\b.*\b(github|slack|stripe)\b/i,
    input: ([, scheme = 'github']) => ({
      name: 'New issues',
      instruction: 'Sum up the issue in two lines. If it sounds urgent, draft an answer and show it to me.',
      scheme: scheme.toLowerCase(),
      filter: [
        { path: 'action', is: 'one_of', value: ['opened', 'reopened'] },
        { path: 'issue.draft', is: 'equals', value: false },
      ],
    }),
    told: () => 'It is set up. Its address and secret are under Webhooks of this conversation.',
  },
  {
    tool: 'send_mail',
    asks: /\bmail (\S+@\S+) (?:saying|that) ([\s\S]{2,400})/i,
    input: ([, to = '', body = '']) => ({ to, subject: 'A word from me', body: body.trim() }),
    told: (text) => text,
  },
];

function run(view: View, { tool, asks, input, told }: Errand) {
  const match = asks.exec(view.newest);
  if (match === null) return undefined;
  if (view.step === 0) return calling(view, tool, input(match));
  const result = resultOf(view, tool);
  if (result === undefined) return undefined;
  return say(result.isError ? result.text : told(result.text));
}

export const errand: Speaker = {
  name: 'runs an errand',
  speak: (view) => {
    for (const each of errands) {
      const draft = run(view, each);
      if (draft !== undefined) return draft;
    }
    return undefined;
  },
};
