/** The open pages of a user: hibernating WebSockets that hear about all conversations. They say only `ping`. */
import type { UserFrame } from '#shared/protocol/user-events.ts';

/** Open pages of one user; one more closes the oldest. */
const MAX_SOCKETS = 64;
/** Codes of 4000 and above are ours (RFC 6455 section 7.4.2). */
const CLOSE_SESSION_ENDED = 4001;
const CLOSE_TOO_MANY = 4008;

const line = (frame: UserFrame): string => JSON.stringify(frame);

function sendTo(socket: WebSocket, text: string): void {
  try {
    socket.send(text);
  } catch {
    // It closed meanwhile; the page will come back and read the list again.
  }
}

/** Upgrades a request. The socket belongs to the session or key, and ends with it. */
export function acceptSocket(ctx: DurableObjectState, credentialId: string): Response {
  const [client, server] = Object.values(new WebSocketPair());
  if (!client || !server) throw new Error('A WebSocket pair has two ends');
  // Answered by the platform, so that a page that asks whether the line is up does not wake the object.
  ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
  const open = ctx.getWebSockets();
  for (const socket of open.slice(0, Math.max(0, open.length + 1 - MAX_SOCKETS)))
    socket.close(CLOSE_TOO_MANY, 'too many pages');
  ctx.acceptWebSocket(server, [credentialId]);
  sendTo(server, line({ live: true }));
  return new Response(null, { status: 101, webSocket: client });
}

/** Tells every open page. */
export function broadcast(ctx: DurableObjectState, frame: UserFrame): void {
  const sockets = ctx.getWebSockets();
  if (sockets.length === 0) return;
  const text = line(frame);
  for (const socket of sockets) sendTo(socket, text);
}

/** Closes the sockets of a session or key that has ended. */
export function closeCredential(ctx: DurableObjectState, credentialId: string): void {
  for (const socket of ctx.getWebSockets(credentialId)) socket.close(CLOSE_SESSION_ENDED, 'session ended');
}
