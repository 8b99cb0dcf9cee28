/**
 * Before each test file in workerd: a database of its own, cloned from the migrated template in a few milliseconds, and
 * no way out of this machine. The Worker and the objects run in the same isolate: they see the changed `env` and `fetch`.
 */
import { neon, neonConfig } from '@neondatabase/serverless';
import { env } from 'cloudflare:workers';
import { inject } from 'vitest';

const { port, template } = inject('database');
const name = `file_${crypto.randomUUID().replaceAll('-', '')}`;
const address = (database: string) => `postgresql://postgres:pw@localhost:${port}/${database}`;

const cloudEndpoint = neonConfig.fetchEndpoint;
neonConfig.fetchEndpoint = (host, port) => `http://${host}:${port}/sql`;
await neon(address('postgres')).query(`create database ${name} template ${template} strategy file_copy`);
neonConfig.fetchEndpoint = cloudEndpoint; // the app wires the driver itself, and its tests should see that
env.DATABASE_URL = address(name);

// Not miniflare's outboundService: in this version it takes no network rule, and through a Worker or a Node function a
// refused connection would reach the app as something else than what it is in production.
const reach = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const { hostname } = new URL(input instanceof Request ? input.url : input);
  if (hostname === 'localhost' || hostname === '127.0.0.1') return reach(input, init);
  throw new Error(`A test tried to reach ${hostname}.`);
};
