/**
 * The few replies that code takes for a yes or a no, whole and exactly. Anything longer or else is talk: "yes, but to
 * Anna" is no yes to what was shown.
 */
export type Reply = 'yes' | 'no' | 'other';

const yes = [
  'yes|yes please|y|ok|okay|approve|approved|go ahead|do it|send it|send',
  // German, French, Spanish, Italian, Portuguese, Dutch
  'ja|ja bitte|genehmigt|mach das|mach es|abschicken|schick es ab|senden',
  'oui|vas-y|envoie|sí|si|envíalo|adelante|sì|invia|sim|enviar|ja graag',
];
const no = [
  "no|n|nope|reject|rejected|cancel|stop|don't|don't send|don't send it|do not send",
  'nein|nicht senden|nicht abschicken|abbrechen|ablehnen|lass es',
  'non|annule|no lo envíes|cancelar|annulla|não|nee|niet versturen',
];

const setOf = (lines: ReadonlyArray<string>): ReadonlySet<string> =>
  new Set(lines.flatMap((line) => line.split('|')));
const words = { yes: setOf(yes), no: setOf(no) };

const plain = (text: string): string =>
  text
    .normalize('NFC')
    .trim()
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/[.!,\s]+$/u, '')
    .replaceAll(/\s+/g, ' ');

/** Whether a whole reply is a yes, a no, or something else. */
export function replyMeans(text: string): Reply {
  const said = plain(text);
  if (words.yes.has(said)) return 'yes';
  return words.no.has(said) ? 'no' : 'other';
}
