/** Money and durations in few characters. */

/** US dollars with as many places as still say something: $1.20, $0.042, $0.0004, "under $0.0001". */
export function dollars(amount: number): string {
  if (amount === 0) return '$0';
  if (amount < 0.0001) return 'under $0.0001';
  if (amount >= 0.1) return `$${amount.toFixed(2)}`;
  return `$${amount.toFixed(4).replace(/0+$/, '')}`;
}

/** A duration in milliseconds: 0.8 s, 14 s, 2 min 5 s. */
export function duration(ms: number): string {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A count with separators, in the reader's own way. */
export const count = (value: number): string => value.toLocaleString();
