/**
 * A user agent in words: "Firefox on Linux". Good enough for people to know their own devices again; nothing is decided
 * by it.
 */

/** The first that fits names it: every browser claims to be several others. */
const PROGRAMS: ReadonlyArray<readonly [RegExp, string]> = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:HeadlessChrome|Chrome|CriOS)\//, 'Chrome'],
  [/\bVersion\/.+\bSafari\//, 'Safari'],
  [/^curl\//i, 'curl'],
  [/^(?:node|undici)\b/i, 'Node.js'],
  [/^python-/i, 'Python'],
  [/^agentic-tasks\b/i, 'The command line'],
];

const SYSTEMS: ReadonlyArray<readonly [RegExp, string]> = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

const find = (table: typeof PROGRAMS, userAgent: string): string | undefined =>
  table.find(([pattern]) => pattern.test(userAgent))?.[1];

/** The words for a user agent; "Unknown device" where it says nothing that is known. */
export function deviceWords(userAgent: string | null): string {
  const text = userAgent ?? '';
  const program = find(PROGRAMS, text);
  const system = find(SYSTEMS, text);
  if (program === undefined) return system === undefined ? 'Unknown device' : `A browser on ${system}`;
  return system === undefined ? program : `${program} on ${system}`;
}
