/** The example flows of the product, played by the demo model wherever the tools for them are offered. */
import { say } from '../../reply/draft.ts';
import type { Speaker } from '../speaker.ts';
import { answersIn, calling, resultOf } from './call.ts';

const WATCHES =
  /\b(watch|look (?:through|at)|check|search)\b.*\b(mail|email|e-mail|inbox)\b|\bflight receipts?\b/i;
const PHOTOS = /\bphotos?\b.*\b(trip|holiday|vacation|from)\b|\bfind\b.*\bphotos?\b/i;
const PODCAST = /\bpodcast\b/i;

/** "Watch my email for AA flight receipts, email Rebecca when found". */
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
    if (!sent.isError)
      return say(`${sent.text} I looked at what is there now; watching all the time comes with schedules.`);
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

/** "Create a podcast about AI news". */
export const podcastFlow: Speaker = {
  name: 'makes a podcast',
  speak: (view) => {
    if (!PODCAST.test(view.newest)) return undefined;
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
    const written = resultOf(view, 'write_file');
    if (written !== undefined) {
      const question = { question: 'The outline is in the file. Does it look good?', kind: 'confirmation' };
      return calling(view, 'ask_user', { questions: [question] });
    }
    const asked = resultOf(view, 'ask_user');
    if (asked === undefined) return undefined;
    const [first = '', tone = ''] = answersIn(asked.text);
    if (/^(yes|no)$/i.test(first))
      return say(first === 'yes' ? 'Good. The outline stands.' : 'Tell me what to change.');
    const content = `# AI news, ${first}\n\nTone: ${tone}\n\n1. Smaller models, longer memories\n2. The audit trail as a feature\n3. Robots that ask first\n`;
    return calling(view, 'write_file', { name: 'outline.md', content });
  },
};
