/** One-time tickets for WebSockets: 256 random bits, kept only as a hash, good for 30 seconds and one handshake. */
import { createHash, randomBytes } from 'node:crypto';

export const ticketMs = 30_000;

export const newTicket = (): string => randomBytes(32).toString('base64url');

export const hashTicket = (ticket: string): string => createHash('sha256').update(ticket).digest('base64url');
