/**
 * Words for people with a named hole for each figure that may differ from time to time: `Receipt {code}`,
 * `Total: ${number}`. A hole takes one token of its own kind and nothing else. Whatever may say where something goes to,
 * or may be read by a machine, has no hole. Pure.
 */

/** A template is short enough to look through when it is granted. */
const LONGEST = 5_000;

const day = String.raw`(?:0?[1-9]|[12]\d|3[01])`;
const kinds: ReadonlyArray<readonly [string, RegExp]> = [
  // Six digits at most: longer ones are numbers of accounts, cards and telephones.
  ['number', /^(?:\d{1,5}|\d{1,3}[.,]\d{3})(?:[.,]\d{1,2})?$/],
  [
    'date',
    new RegExp(
      String.raw`^(?:\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])|${day}([./-])${day}\1(?:\d{4}|\d{2}))$`,
    ),
  ],
  ['time', /^(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$/],
  ['code', /^(?=\d*[A-Z])[A-Z\d]{5,12}$/],
];

/** Begins as an IBAN or names an account, or has the shape of a bank's code: no code of a booking or an order. */
const isAccount = (token: string): boolean =>
  /^(?:[A-Z]{2}\d{2}[A-Z\d]{4,}|(?:IBAN|ACC|ACCT|ACCOUNT|KTO|KONTO|CARD)[A-Z\d]*|[A-Z]{6}[A-Z\d]{2}(?:[A-Z\d]{3})?)$/.test(
    token,
  );

/** Lines that say where something goes to: accounts, cards, telephones, streets, and whom to pay. */
const placed =
  /(?<!\p{L})(?:iban|bic|swift|accounts?|acct|acc|a\/c|konto|kto|blz|cards?|karte|routing|sort|wallet|payee|recipients?|beneficiary|payable|pay|paid|transfer\w*|wire\w*|remit\w*|sen[dt]|überweis\p{L}*|zahl\p{L}*|phone|mobile|call|tel|fax|address|adresse|street|st|road|rd|avenue|ave|lane|suite|apt|zip|box|\p{L}*(?:straße|strasse|str|platz|gasse|allee))(?!\p{L})/iu;

/** What a program would read: there, a figure is an argument and no word. */
function isForMachines(text: string): boolean {
  if (/[{}<>=`\\]|["']\s*:/.test(text)) return true;
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length > 1 && lines.every((line) => /^\s*(?:- )?[\w.-]+\s*:/.test(line))) return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A token as what is fixed around it, and what it is; null when it stays as it is. */
function holeOf(token: string): { before: string; kind: string; after: string } | null {
  const [, before, core, after] =
    /^([(["'“#+-]?\p{Sc}?)([\dA-Z][\d.,:/A-Z-]*?)([%\p{Sc}]?[.,;:!?)\]"'”]*)$/u.exec(token) ?? [];
  if (before === undefined || core === undefined || after === undefined || isAccount(core)) return null;
  const kind = kinds.find(([, pattern]) => pattern.test(core))?.[0];
  return kind === undefined ? null : { before, kind, after };
}

/** Parts of one long number, as those of cards and accounts are written in groups. */
const isPart = (token: string | undefined): boolean =>
  token !== undefined && /\d/.test(token) && !['date', 'time'].includes(holeOf(token)?.kind ?? '');

function lineOf(line: string): string {
  if (placed.test(line)) return line;
  const tokens = line.split(/([^\S\r\n]+)/);
  return tokens
    .map((token, at) => {
      const hole = holeOf(token);
      if (hole === null) return token;
      const isPlain = hole.kind === 'number' || hole.kind === 'code';
      if (isPlain && (isPart(tokens[at - 2]) || isPart(tokens[at + 2]))) return token;
      return `${hole.before}{${hole.kind}}${hole.after}`;
    })
    .join('');
}

/** The template of a text; null where nothing may be left open. */
export function figuresOf(text: string): string | null {
  if (text.length > LONGEST || isForMachines(text)) return null;
  const template = text
    .split(/(\r?\n)/)
    .map(lineOf)
    .join('');
  // Of words that are all figures nothing would stay fixed.
  return template === text || !/\p{L}/u.test(template.replaceAll(/\{\w+\}/g, '')) ? null : template;
}

/**
 * Whether a text is the same but for its figures: it would have got this very template. What is no text is no template:
 * `null`, for one, is what every text without figures has.
 */
export const fitsFigures = (value: unknown, template: unknown): boolean =>
  typeof value === 'string' && typeof template === 'string' && figuresOf(value) === template;
