/**
 * Around all tests in workerd: a real Postgres with a migrated template database, what plays Claude, Google and the mail
 * service, and MCP servers. All run as processes of their own, because vitest resolves the modules of this file as for workerd.
 */
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import * as z from 'zod/mini';
import { startDatabase } from '#dev/postgres/serve-ready.ts';
import { startServerChild } from '#dev/start/process/server-child.ts';
import { makeRunFolder } from '#dev/start/run-folder.ts';
import { googleUrlOf, startGoogle, startMail, startStandIn, startTools, urlOf } from '#dev/start/stand-in.ts';
import { StopList } from '#dev/start/stop-list.ts';
import './provided-context.ts';

const TEMPLATE = 'template_app';

const startEverything = () =>
  startServerChild({
    name: 'The server that shows everything',
    script: join(import.meta.dirname, 'everything-server.ts'),
    args: [],
    ready: z.object({ port: z.int() }),
  });

/** Starts them, and answers how to stop them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stops = new StopList();
  const folder = makeRunFolder('workers');
  stops.add(() => folder.remove());
  const database = startDatabase({ folder: folder.postgres, database: TEMPLATE, fast: true });
  stops.addPending(database, (started) => started.stop());
  const [standIn, mail, google] = [startStandIn(0), startMail(0), startGoogle(0)];
  const tools = startTools(0);
  const everything = startEverything();
  for (const service of [standIn, mail, google, tools, everything])
    stops.addPending(service, (started) => started.stop());
  try {
    project.provide('database', { port: (await database).ready.port, template: TEMPLATE });
    project.provide('standIn', { url: urlOf(await standIn) });
    project.provide('mail', { url: urlOf(await mail) });
    project.provide('google', { url: googleUrlOf(await google) });
    project.provide('tools', { url: urlOf(await tools) });
    project.provide('everything', { url: `${urlOf(await everything)}/mcp` });
  } catch (error) {
    await stops.stopAll();
    throw error;
  }
  return () => stops.stopAll();
}
