/** Results that are longer than a prompt should carry: their beginning and end, with how much is left out. */

/** Characters of a result that the model is shown: about 8,000 tokens. */
export const shownChars = 30_000;

/** Does not cut a character in two where it is made of two units. */
const whole = (text: string): string => text.replace(/[\uD800-\uDBFF]$/, '').replace(/^[\uDC00-\uDFFF]/, '');

/** @returns the text, or its head and tail; `cut` when something was left out */
export function trimResult(text: string, limit = shownChars): { text: string; cut: boolean } {
  if (text.length <= limit) return { text, cut: false };
  const head = whole(text.slice(0, Math.floor(limit * 0.7)));
  const tail = whole(text.slice(text.length - Math.floor(limit * 0.3)));
  const left = text.length - head.length - tail.length;
  return {
    text: `${head}\n[... ${left} characters are left out here; the person has the whole result ...]\n${tail}`,
    cut: true,
  };
}
