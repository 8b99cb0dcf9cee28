/** What came of the way over Google, in words. The codes are those that the server puts into `/sign-in?google=`. */

const words: Readonly<Record<string, string>> = {
  denied: 'You did not allow it at Google, so nothing was done. Sign in here, or try again.',
  expired: 'That took too long, or it was begun in another browser. Try again.',
  refused: 'Google’s answer could not be verified. Try again, or sign in another way.',
  unavailable: 'Google did not answer. Try again in a minute, or sign in another way.',
  unverified: 'Google has not confirmed this address, so it cannot be used here. Sign in with your password.',
};

/** The sentence for what stands in the address, or null. */
export function googleWords(search: string): string | null {
  const code = new URLSearchParams(search).get('google');
  if (code === null) return null;
  return Object.hasOwn(words, code)
    ? (words[code] ?? null)
    : 'Signing in with Google did not work. Try again, or sign in another way.';
}
