/** Small helpers on words: shortening, sentences, titles. No opinions about what to say. */

const WEAK = new Set(
  'a an the of for to and or in on at with by my your our their is are was be it this that from as if so i me we you'.split(
    ' ',
  ),
);
/** What people say before they say what they want. */
const LEAD_INS = [
  /^(hi|hello|hey|good (morning|afternoon|evening)|dear \w+)\b[\s,!.:-]*/i,
  /^(please|kindly|ok|okay|so|well|now|and|also|then)\b[\s,]*/i,
  /^(can|could|would|will) you( please)?\s+/i,
  /^i('d| would) like( you)? to\s+/i,
  /^i (want|need)( you)? to\s+/i,
  /^(help|let) me( to)?\s+/i,
  /^(let's|lets)\s+/i,
  /^(tell|show|give|write|make|find|get|send) (me|us)( (about|a|an|the|some))?\s+/i,
  /^(what|who|where|when)('s| is| are| was| were) (the |a |an )?/i,
  /^how (do|can|should|would|to) (i |we |you )?/i,
  /^my name is\s+/i,
];

/** The text on one line, at most so many characters, with an ellipsis where something is missing. */
export function shorten(text: string, most: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= most) return line;
  const points = Array.from(line)
    .slice(0, most - 1)
    .join('');
  return `${points.replace(/\s+\S*$/, '').trimEnd() || points}…`;
}

/** The first sentence or line of a text. */
export function firstSentence(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  return (/^.*?[.!?](?=\s|$)/.exec(line)?.[0] ?? line).trim();
}

export function capitalise(text: string): string {
  const [first = '', ...rest] = Array.from(text);
  return first.toLocaleUpperCase('en') + rest.join('');
}

/** What someone wants, without the polite words before it and the mark after it. */
export function coreOf(text: string): string {
  let core = firstSentence(text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' '));
  for (let changed = true; changed;) {
    changed = false;
    for (const leadIn of LEAD_INS) {
      const shorter = core.replace(leadIn, '');
      if (shorter === core || shorter.trim() === '') continue;
      core = shorter;
      changed = true;
    }
  }
  return core.replace(/[\s.,;:!?…]+$/u, '').trim();
}

/** A title of at most six of the user's own words: no quotes, no full stop, no weak word at the end. */
export function titleOf(text: string): string {
  const words = coreOf(text)
    .replace(/["“”„'‘’`*_#[\]()]/gu, '')
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, 6);
  while (words.length > 1 && WEAK.has((words.at(-1) ?? '').toLowerCase())) words.pop();
  const title = words.join(' ').replace(/[\s.,;:!?-]+$/u, '');
  return title === '' ? 'New conversation' : capitalise(title);
}

/** The topic of a request such as "a haiku about rain": what stands behind one of the given words. */
export function topicAfter(text: string, words: readonly string[]): string | undefined {
  const found = new RegExp(`\\b(?:${words.join('|')})\\s+(.+?)(?:[.!?\\n]|$)`, 'i').exec(text);
  const topic = found?.[1]?.replace(/[\s,]+please$/i, '').trim();
  return topic === undefined || topic === '' ? undefined : topic;
}
