/** How to run npm from inside: as the npm that runs us, else as the one on the PATH. */

/** The program and its arguments for `npm run --silent <script>`. */
export function npmRun(script: string): { program: string; args: string[] } {
  // npm tells the scripts it runs where it is itself, and that one may not be on the PATH.
  const npm = process.env['npm_execpath'];
  const args = ['run', '--silent', script];
  return npm?.endsWith('.js')
    ? { program: process.execPath, args: [npm, ...args] }
    : { program: 'npm', args };
}
