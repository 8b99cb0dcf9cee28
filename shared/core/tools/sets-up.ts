/** What sets up more work of its own is looked at each time: a standing yes to it would be one to all that it starts. */
const names: ReadonlySet<string> = new Set([
  'create_schedule',
  'update_schedule',
  'create_webhook',
  'remove_webhook',
]);

/** @param from the connection that the tool is of; null for those of the app, of which alone the names are ours */
export const setsUpWork = ({ name, from }: { name: string; from: unknown }): boolean =>
  from === null && names.has(name);
