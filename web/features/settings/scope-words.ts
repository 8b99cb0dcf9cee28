/** What a key may do, in plain words. */
import type { Scope } from '#shared/protocol/security.ts';

export const scopeWords: ReadonlyArray<{ scope: Scope; label: string; line: string }> = [
  { scope: 'read', label: 'Read', line: 'See your conversations, what was said in them, and your profile.' },
  { scope: 'write', label: 'Write', line: 'Start, continue, change and delete conversations in your name.' },
  { scope: 'hooks', label: 'Webhooks', line: 'Set up what starts a conversation from outside.' },
  { scope: 'files', label: 'Files', line: 'Upload and download files.' },
];

/** "Read, write" */
export function scopesInWords(scopes: readonly Scope[]): string {
  const words = scopeWords
    .filter(({ scope }) => scopes.includes(scope))
    .map(({ label }) => label.toLowerCase());
  const text = words.join(', ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** How long a key may live, in days; null for ever. */
export const lifetimes: ReadonlyArray<{ days: number | null; label: string }> = [
  { days: 7, label: '7 days' },
  { days: 30, label: '30 days' },
  { days: 90, label: '90 days' },
  { days: 365, label: 'One year' },
  { days: null, label: 'Never' },
];

/** A first call with the key, to be pasted into a shell; null where nothing can be called with it yet. */
export function curlLine(secret: string, scopes: readonly Scope[], origin: string): string | null {
  const key = `-H "Authorization: Bearer ${secret}"`;
  const address = `${origin}/api/conversations`;
  if (scopes.includes('read')) return `curl ${key} ${address}`;
  if (!scopes.includes('write')) return null;
  return `curl ${key} --json '{"message": {"text": "Hello"}}' ${address}`;
}
