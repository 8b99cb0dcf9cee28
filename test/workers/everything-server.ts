/**
 * The official MCP server that shows everything the protocol has, as a process of its own that speaks as ours do: says its
 * port in one line of JSON and ends when its standard input ends. Without the environment: one of its tools shows that.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '#dev/start/ports.ts';
import { untilStdinEnds } from '#dev/start/process/server-child.ts';

untilStdinEnds(async () => {});
const port = await freePort();
for (const name of Object.keys(process.env)) delete process.env[name];
process.env['PORT'] = String(port);
process.argv[2] = 'streamableHttp';
await import(import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js'));

/** It says on stderr that it listens; asking is the same and needs no reading along. */
const isUp = () =>
  fetch(`http://127.0.0.1:${port}/mcp`, { method: 'OPTIONS' }).then(
    () => true,
    () => false,
  );
while (!(await isUp())) await delay(20);
process.stdout.write(`${JSON.stringify({ port })}\n`);
