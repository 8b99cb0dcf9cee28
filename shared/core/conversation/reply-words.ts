/**
 * The few replies that code takes for a yes or a no, whole and exactly. Anything longer or else is talk: "yes, but to
 * Anna" is no yes to what was shown.
 */
export type Reply = 'yes' | 'no' | 'other';

const words: Readonly<Record<Exclude<Reply, 'other'>, ReadonlyArray<string>>> = {
  yes: [
    // English
    ...[
      'yes',
      'yes please',
      'y',
      'ok',
      'okay',
      'approve',
      'approved',
      'go ahead',
      'do it',
      'send it',
      'send',
    ],
    // German
    ...['ja', 'ja bitte', 'genehmigt', 'mach das', 'mach es', 'abschicken', 'schick es ab', 'senden'],
    // French, Spanish, Italian, Portuguese, Dutch
    ...[
      'oui',
      'vas-y',
      'envoie',
      'sí',
      'si',
      'envíalo',
      'adelante',
      'sì',
      'invia',
      'sim',
      'enviar',
      'ja graag',
    ],
  ],
  no: [
    ...[
      'no',
      'n',
      'nope',
      'reject',
      'rejected',
      'cancel',
      'stop',
      "don't",
      "don't send",
      "don't send it",
      'do not send',
    ],
    ...['nein', 'nicht senden', 'nicht abschicken', 'abbrechen', 'ablehnen', 'lass es'],
    ...['non', 'annule', 'no lo envíes', 'cancelar', 'annulla', 'não', 'nee', 'niet versturen'],
  ],
};

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
  if (words.yes.includes(said)) return 'yes';
  return words.no.includes(said) ? 'no' : 'other';
}
