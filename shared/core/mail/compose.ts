/**
 * Makes a mail of what it is about: plain text, and an HTML part that says the same. Nothing in it is loaded from
 * anywhere, and what people wrote is escaped.
 */
import type { MailContent } from './content.ts';
import type { Mail } from './mail.ts';
import { looksLikeLink, wordsOf } from './words.ts';

/** For whom: where the app is, and the reader's name, address and time zone. */
export interface Reader {
  origin: string;
  name: string;
  email: string;
  timezone: string;
}

const MAX_SUBJECT = 150;

/** One line, read as it is written: a line break would begin a header, a turned direction show another address. */
const oneLine = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/[\u202A-\u202E\u2066-\u2069]/g, '')
    .trim();

const greeting = (name: string): string => `Hello ${name === '' || looksLikeLink(name) ? 'there' : name},`;

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

const FONT = 'font-family:system-ui,-apple-system,Segoe UI,Roboto,sans-serif';

const paragraph = (text: string, style = ''): string =>
  `<p style="margin:0 0 16px;${style}">${escape(text)}</p>`;

function button(label: string, href: string): string {
  const look = 'display:inline-block;padding:12px 20px;border-radius:8px;background:#2f5d50;color:#ffffff';
  return `<p style="margin:24px 0"><a href="${escape(href)}" style="${look};text-decoration:none">${escape(label)}</a></p>
<p style="margin:0 0 16px;font-size:13px;word-break:break-all">Or open: <a href="${escape(href)}">${escape(href)}</a></p>`;
}

/** Subject, text and HTML. `localTime` writes an ISO instant in a time zone, in words. */
export function composeMail(
  content: MailContent,
  { origin, name, email, timezone }: Reader,
  localTime: (instant: string, timezone: string) => string,
): Pick<Mail, 'subject' | 'text' | 'html'> {
  const { subject, paragraphs, action, after = [] } = wordsOf(content, (at) => localTime(at, timezone));
  const hello = greeting(oneLine(name));
  const told = paragraphs.map(oneLine);
  const rest = after.map(oneLine);
  const href = action ? `${origin}${action.path}` : null;
  // True for every reader: an address that is to be one, is one, or was one.
  const foot = `Agentic Tasks at ${origin} sent this to ${oneLine(email)}, about an account there.`;
  const text = [
    hello,
    ...told,
    ...(action && href ? [`${action.label}:\n${href}`] : []),
    ...rest,
    `-- \n${foot}`,
  ];
  const body = [
    paragraph(hello),
    ...told.map((each) => paragraph(each)),
    ...(action && href ? [button(action.label, href)] : []),
    ...rest.map((each) => paragraph(each)),
    paragraph(foot, 'margin-top:32px;font-size:13px;opacity:0.7'),
  ];
  return {
    subject: oneLine(subject).slice(0, MAX_SUBJECT),
    text: `${text.join('\n\n')}\n`,
    html: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>${escape(oneLine(subject))}</title></head>
<body style="margin:0;padding:24px 16px;${FONT};font-size:16px;line-height:1.5">
<div style="max-width:520px;margin:0 auto">
${body.join('\n')}
</div></body></html>
`,
  };
}
