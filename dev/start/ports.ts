/** Ports of this machine: a free one, and whether one is taken. */
import { once } from 'node:events';
import net from 'node:net';

/** A port that is free now. Somebody else could take it before it is used, which then fails plainly. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

/**
 * Whether a program already listens where `http://localhost:<port>` would lead. Both loopback addresses count: a
 * browser may try either, and would then talk to the other program.
 */
export async function isPortTaken(port: number): Promise<boolean> {
  if ((await canConnect(port, '127.0.0.1')) || (await canConnect(port, '::1'))) return true;
  const server = net.createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return true;
  }
  server.close();
  await once(server, 'close');
  return false;
}

async function canConnect(port: number, host: string): Promise<boolean> {
  const socket = net.connect({ port, host });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
