/** Files of `NAME=value` lines: reading `.dev.vars` and its example, and writing one for wrangler. Pure. */

/** The lines of a file in the format that wrangler reads (dotenv): comments, quotes, `export` in front. */
export function parseEnvFile(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line);
    if (match?.[1] === undefined || match[2] === undefined) continue;
    values.set(match[1], unquote(match[2]));
  }
  return values;
}

function unquote(raw: string): string {
  const quoted = /^(['"`])(.*)\1(?:\s+#.*)?$/.exec(raw);
  if (quoted?.[2] !== undefined) return quoted[1] === '"' ? quoted[2].replaceAll('\\n', '\n') : quoted[2];
  return raw.replace(/(?:^|\s)#.*$/, '').trim();
}

/**
 * A file that wrangler's `--env-file` reads back as exactly these values. It expands `$NAME`, and knows no escape for
 * a quote inside quotes, so each value gets a kind of quote that it does not contain itself.
 * @throws Error naming the setting when there is no way to write its value.
 */
export function formatEnvFile(values: ReadonlyMap<string, string>): string {
  return [...values].map(([name, value]) => `${name}=${quote(name, value)}\n`).join('');
}

function quote(name: string, value: string): string {
  const mark = ["'", '`', '"'].find((mark) => {
    // Before a closing quote a backslash would hide it; in double quotes it would start an escape.
    return !value.includes(mark) && !value.endsWith('\\') && !(mark === '"' && value.includes('\\'));
  });
  if (mark === undefined) {
    throw new Error(
      `${name} holds all three kinds of quotes, or ends in a backslash: it cannot be passed on.`,
    );
  }
  return mark + value.replaceAll('$', String.raw`\$`) + mark;
}
