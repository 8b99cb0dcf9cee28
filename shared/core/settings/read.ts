/** Small readers that all parts of the settings share. */

/** The names as they stand in `.dev.vars.example`; what is not set may be missing or empty. */
export type Environment = Readonly<Record<string, unknown>>;

export interface BadSetting {
  key: string;
  expected: string;
}

/** The text of a setting without blanks around it; empty when there is none. */
export const text = (environment: Environment, key: string): string => {
  const value = environment[key];
  return typeof value === 'string' ? value.trim() : '';
};

export const urlOf = (value: string): URL | null => (URL.canParse(value) ? new URL(value) : null);

/** Whether a host name means this machine. */
export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '127.0.0.1' ||
  hostname === '[::1]';

/**
 * The address of a service, without a slash at the end; `fallback` where none is given. What is given must be https, or
 * on this machine.
 */
export function readBaseUrl(
  environment: Environment,
  key: string,
  fallback: string,
  bad: BadSetting[],
): string {
  const given = text(environment, key);
  const url = urlOf(given || fallback);
  if (!url || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))))
    bad.push({ key, expected: 'an https address, or nothing' });
  return (given || fallback).replace(/\/+$/, '');
}
