/** The earliest of these times; null when there is none. */
export function earliest(times: ReadonlyArray<number | null>): number | null {
  const known = times.filter((at) => at !== null);
  return known.length === 0 ? null : Math.min(...known);
}
