/** A report as a mail: plain text, and the same in HTML. Nothing in it is loaded from anywhere, and all of it is escaped. */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');
const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();

export function reportMail({ title, text, href }: { title: string; text: string; href: string }) {
  const subject = oneLine(title).slice(0, 150);
  return {
    subject,
    text: `${text}\n\nOpen it in the app:\n${href}\n`,
    html: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>${escape(subject)}</title></head>
<body style="margin:0;padding:24px 16px;font-family:system-ui,-apple-system,Segoe UI,Roboto,sans-serif;font-size:16px;line-height:1.5">
<div style="max-width:640px;margin:0 auto"><div style="white-space:pre-wrap">${escape(text)}</div>
<p style="margin:24px 0"><a href="${escape(href)}">Open it in the app</a></p></div></body></html>
`,
  };
}
