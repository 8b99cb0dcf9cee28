/** Reads mail from a running capture, for tests: waits for it there, so that no test sleeps. Runs in Node and workerd. */
import * as z from 'zod/mini';

const Mail = z.object({
  id: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  links: z.array(z.string()),
});

/** `token` is what the first link to /verify or /reset carries behind `#`. */
export type ReceivedMail = z.infer<typeof Mail> & { token: string | undefined };

/** `subject`: somewhere in it, capitals or not. `after`: the `id` of a mail read before; only later ones count. */
export interface MailWish {
  to: string;
  subject?: string | undefined;
  after?: string | undefined;
}

/**
 * The newest mail that fits; waits up to 20 s for the first one.
 * @throws Error naming what was waited for when none came.
 */
export async function receiveMail(captureUrl: string, wish: MailWish): Promise<ReceivedMail> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(wish)) if (value !== undefined) query.set(name, value);
  const response = await fetch(`${captureUrl}/__mails/await?${query}`);
  const answer = await response.text();
  if (!response.ok) throw new Error(`No mail for ${JSON.stringify(wish)}: ${answer}`);
  const mail = z.parse(Mail, JSON.parse(answer));
  return { ...mail, token: tokenIn(mail.links) };
}

function tokenIn(links: readonly string[]): string | undefined {
  const link = links
    .map((each) => new URL(each))
    .find(({ pathname }) => /^\/(?:verify|reset)$/.test(pathname));
  return link?.hash.slice(1) || undefined;
}
