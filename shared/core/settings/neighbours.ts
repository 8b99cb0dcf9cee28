/** Settings of the services the app talks to besides Claude and the database: mail, Google. */
import { type BadSetting, type Environment, readBaseUrl, text } from './read.ts';

/** `none`: nothing can be sent, and the app says so where a mail would be needed. */
export interface MailSettings {
  provider: 'cloudflare' | 'resend' | 'none';
  /** The sender, `Name <address>` or an address. */
  from: string;
  resend: { apiKey: string; baseUrl: string };
}

/** `standIn`: a development tool plays Google, and the app must say so. */
export interface GoogleSettings {
  clientId: string;
  clientSecret: string;
  /** Where to send people, to exchange codes, and to read the keys of ID tokens. */
  authorizeUrl: string;
  tokenUrl: string;
  keysUrl: string;
  issuer: string;
  standIn: boolean;
}

const RESEND = 'https://api.resend.com';
const ADDRESS = /^(?:[^<>\r\n"]{1,100} <)?[^\s@<>]+@[^\s@<>]+>?$/;

/** How mail goes out: a Cloudflare binding named EMAIL, else Resend where there is a key. */
export function readMail(environment: Environment, bad: BadSetting[]): MailSettings {
  const apiKey = text(environment, 'RESEND_API_KEY');
  const bound = typeof environment['EMAIL'] === 'object' && environment['EMAIL'] !== null;
  const provider = bound ? 'cloudflare' : apiKey === '' ? 'none' : 'resend';
  const from = text(environment, 'MAIL_FROM');
  if (provider !== 'none' && !ADDRESS.test(from))
    bad.push({
      key: 'MAIL_FROM',
      expected: 'the address mail is sent from: Agentic Tasks <app@example.com>',
    });
  return {
    provider,
    from,
    resend: { apiKey, baseUrl: readBaseUrl(environment, 'RESEND_BASE_URL', RESEND, bad) },
  };
}

/**
 * Where development tools play mail and photos; empty where there are none.
 * @param open the app is reached over https: made-up mail is refused there
 */
export function readDemoTools(environment: Environment, open: boolean, bad: BadSetting[]): string {
  const given = text(environment, 'DEMO_TOOLS_URL');
  if (given !== '' && open)
    bad.push({ key: 'DEMO_TOOLS_URL', expected: 'nothing where PUBLIC_URL is https' });
  return given === '' ? '' : readBaseUrl(environment, 'DEMO_TOOLS_URL', '', bad);
}

/**
 * Sign-in with Google; null where no client is configured.
 * @param open the app is reached over https: a stand-in is refused, because it says that anybody is anybody
 */
export function readGoogle(
  environment: Environment,
  open: boolean,
  bad: BadSetting[],
): GoogleSettings | null {
  const clientId = text(environment, 'GOOGLE_CLIENT_ID');
  const clientSecret = text(environment, 'GOOGLE_CLIENT_SECRET');
  if ((clientId === '') !== (clientSecret === ''))
    bad.push({
      key: clientId === '' ? 'GOOGLE_CLIENT_ID' : 'GOOGLE_CLIENT_SECRET',
      expected: 'both GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET, or neither',
    });
  if (clientId === '' || clientSecret === '') return null;
  const base = readBaseUrl(environment, 'GOOGLE_BASE_URL', 'https://accounts.google.com', bad);
  const standIn = text(environment, 'GOOGLE_BASE_URL') !== '';
  if (open && standIn) bad.push({ key: 'GOOGLE_BASE_URL', expected: 'nothing where PUBLIC_URL is https' });
  return {
    clientId,
    clientSecret,
    standIn,
    issuer: standIn ? base : 'https://accounts.google.com',
    authorizeUrl: `${base}/o/oauth2/v2/auth`,
    tokenUrl: standIn ? `${base}/token` : 'https://oauth2.googleapis.com/token',
    keysUrl: standIn ? `${base}/oauth2/v3/certs` : 'https://www.googleapis.com/oauth2/v3/certs',
  };
}
