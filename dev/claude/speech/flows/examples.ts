/** The example flows of the product, played by the demo model wherever the tools for them are offered. */
import { say } from '../../reply/draft.ts';
import type { Speaker } from '../speaker.ts';
import type { JsonObject } from '#dev/stand-in/json.ts';
import type { View } from '../view.ts';
import { answersIn, calling, offered, resultOf } from './call.ts';

const WATCHES =
  /\b(watch|look (?:through|at)|check|search)\b.*\b(mail|email|e-mail|inbox)\b|\bflight receipts?\b/i;
const PHOTOS = /\bphotos?\b.*\b(trip|holiday|vacation|from)\b|\bfind\b.*\bphotos?\b/i;
const PODCAST = /\bpodcast\b/i;

/** Words that ask for it again and again. */
const KEEPS_ON = /^\s*(?:please )?(?:watch|monitor|keep an eye)\b/i;

/** The names of those tools that are offered. */
const naming = (view: View, ...names: ReadonlyArray<string>): string[] =>
  names.flatMap((name) => offered(view, name) ?? []);

/** Proposes to do it by itself; undefined where no such tool is offered, or it was proposed already. */
function scheduling(view: View, input: JsonObject, words: string, then: string) {
  const made = resultOf(view, 'create_schedule');
  if (made === undefined) return view.step === 0 ? calling(view, 'create_schedule', input, words) : undefined;
  return made.isError ? say(`Then I leave it. ${made.text}`) : say(then);
}

/** "Watch my email for AA flight receipts, email Rebecca when found": first as a schedule, then each of its runs. */
export const watchFlow: Speaker = {
  name: 'watches mail by itself',
  speak: (view) => {
    if (!WATCHES.test(view.newest) || !KEEPS_ON.test(view.newest)) return undefined;
    if (offered(view, 'search_mail') === undefined) return undefined;
    return scheduling(
      view,
      {
        name: 'AA receipts',
        cron: '*/5 * * * *',
        tools: naming(view, 'search_mail', 'read_mail', 'send_mail'),
        instruction:
          'Look for new flight receipts of American Airlines in the mail. When there is one that Rebecca does not have yet, draft the mail to her and show it. Else say in one line that there is nothing new.',
      },
      'I can look every 5 minutes. When I find a receipt, I draft the mail to Rebecca and ask you before it goes out.',
      'I look every 5 minutes from now on. When there is a receipt, you see the mail to Rebecca before it goes out.',
    );
  },
};

/** One look at the mail, by hand or of a schedule. */
export const mailFlow: Speaker = {
  name: 'watches mail',
  speak: (view) => {
    if (!WATCHES.test(view.newest)) return undefined;
    if (view.step === 0)
      return calling(
        view,
        'search_mail',
        { query: 'American Airlines receipt' },
        'I look through your mail for AA receipts.',
      );
    const found = resultOf(view, 'search_mail');
    if (found !== undefined) {
      const id = /^(\S+)\s/.exec(found.text)?.[1];
      if (found.isError || id === undefined || found.text.startsWith('No mail'))
        return say('There is no receipt from American Airlines in your mail.');
      return calling(view, 'read_mail', { id });
    }
    const mail = resultOf(view, 'read_mail');
    if (mail !== undefined) {
      const code = /locator: (\w+)/.exec(mail.text)?.[1] ?? 'unknown';
      const told = `Receipt ${code} went to Rebecca`;
      if (view.said.some(({ role, text }) => role === 'assistant' && text.includes(told)))
        return say('No new receipts.');
      const total = /Total ([^,\n]+)/.exec(mail.text)?.[1] ?? 'unknown';
      return calling(
        view,
        'send_mail',
        {
          to: 'rebecca@example.com',
          subject: `Flight receipt ${code}`,
          body: `Hi Rebecca,\n\nhere is the receipt you asked for:\n\nAirline: American Airlines\nConfirmation: ${code}\nTotal: ${total}\n\nBest regards`,
        },
        `Found a receipt: **${code}**, ${total}. Here is the mail to Rebecca; it goes out when you say yes.`,
      );
    }
    const sent = resultOf(view, 'send_mail');
    if (sent === undefined) return undefined;
    const code = /Confirmation: (\w+)/.exec(String(sent.input['body']))?.[1] ?? 'unknown';
    if (!sent.isError) return say(`${sent.text} Receipt ${code} went to Rebecca.`);
    return say(
      `The mail to Rebecca did not go out. ${sent.text}\n\nTell me what should be different, and I write it again.`,
    );
  },
};

/** "Help me find photos from my trip". */
export const photoFlow: Speaker = {
  name: 'finds photos',
  speak: (view) => {
    if (!PHOTOS.test(view.newest)) return undefined;
    if (view.step === 0)
      return calling(view, 'ask_user', {
        questions: [{ question: 'Which trip are you looking for?', kind: 'text' }],
      });
    const asked = resultOf(view, 'ask_user');
    if (asked !== undefined) {
      const [trip = ''] = answersIn(asked.text);
      const place = /\b(Japan|Norway|Lisbon|Portugal|Kyoto|Tokyo)\b/i.exec(trip)?.[1] ?? trip;
      const dates = /october/i.test(trip) ? { from: '2024-10-01', to: '2024-10-31' } : {};
      return (
        calling(view, 'search_photos', { place, ...dates }) ??
        say(`You mean ${trip}; there are no photos here.`)
      );
    }
    const found = resultOf(view, 'search_photos');
    if (found === undefined) return undefined;
    const [first, ...rest] = found.text.split('\n');
    return say(
      `${first} The first of them:\n\n${rest
        .slice(0, 5)
        .map((line) => `- ${line}`)
        .join('\n')}`,
    );
  },
};

/** "Create a podcast about AI news": questions first, then the research by itself, then the outline to be looked at. */
export const podcastFlow: Speaker = {
  name: 'makes a podcast',
  speak: (view) => {
    if (!PODCAST.test(view.newest)) return undefined;
    const prepares = /^Prepare the outline of a podcast\b.*?: (.+?), (.+?)\./.exec(view.newest);
    return prepares === null ? asksFirst(view) : outlines(view, prepares[1] ?? '', prepares[2] ?? '');
  },
};

function asksFirst(view: View) {
  if (view.step === 0)
    return calling(view, 'ask_user', {
      questions: [
        {
          question: 'What length?',
          kind: 'choice',
          options: [{ label: '5 minutes' }, { label: '10 minutes' }, { label: '20 minutes' }],
        },
        { question: 'What tone?', kind: 'choice', options: [{ label: 'Casual' }, { label: 'Serious' }] },
      ],
    });
  const made = resultOf(view, 'create_schedule');
  if (made !== undefined)
    return say(
      made.isError
        ? `Then I leave it. ${made.text}`
        : 'I look at the news of this week now, and show you an outline when it stands.',
    );
  const asked = resultOf(view, 'ask_user');
  if (asked === undefined) return undefined;
  const [length = '', tone = ''] = answersIn(asked.text);
  const instruction = `Prepare the outline of a podcast about AI news: ${length}, ${tone}. Look at the news of this week, write it into a file, and ask whether it looks good.`;
  return (
    calling(view, 'create_schedule', {
      name: 'Podcast outline',
      immediate: true,
      instruction,
      tools: naming(view, 'write_file', 'ask_user'),
    }) ?? outlines(view, length, tone)
  );
}

function outlines(view: View, length: string, tone: string) {
  const asked = resultOf(view, 'ask_user');
  if (asked !== undefined) {
    const [good = ''] = answersIn(asked.text);
    return say(/^yes$/i.test(good) ? 'Good. The outline stands.' : 'Tell me what to change.');
  }
  const written = resultOf(view, 'write_file');
  if (written !== undefined) {
    const question = { question: 'The outline is in the file. Does it look good?', kind: 'confirmation' };
    return calling(view, 'ask_user', { questions: [question] });
  }
  const content = `# AI news, ${length}\n\nTone: ${tone}\n\n1. Smaller models, longer memories\n2. The audit trail as a feature\n3. Robots that ask first\n`;
  return calling(view, 'write_file', { name: 'outline.md', content });
}
