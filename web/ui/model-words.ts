/** Models as people call them. */

/** A model's id as people say it: `claude-sonnet-5-5` is "Sonnet 5.5". */
export function modelWords(model: string): string {
  const match = /^claude-([a-z]+)-(\d+)(?:-(\d{1,2}))?(?:-\d{8})?$/.exec(model);
  if (!match) return model;
  const [, family = '', major = '', minor] = match;
  return `${family[0]?.toUpperCase()}${family.slice(1)} ${minor ? `${major}.${minor}` : major}`;
}
