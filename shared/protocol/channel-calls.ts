/** The calls of channels: loaded with their page. */
import * as z from 'zod/mini';
import { call } from './call.ts';
import { Channel, Sent } from './channel.ts';

const channel = '/api/channels/:channelId';
const one = z.object({ channel: Channel });
const sent = z.object({ sent: Sent });

export const channelCalls = {
  listChannels: call('GET', '/api/channels', { reply: z.object({ items: z.array(Channel) }) }),
  createChannel: call('POST', '/api/channels', { status: 201, reply: one }),
  updateChannel: call('PATCH', channel, { reply: one }),
  removeChannel: call('DELETE', channel, { status: 204 }),
  testChannel: call('POST', `${channel}/test`, { status: 202, reply: sent }),
  listSent: call('GET', `${channel}/deliveries`, { reply: z.object({ items: z.array(Sent) }) }),
  resendSent: call('POST', `${channel}/deliveries/:sentId/resend`, { status: 202, reply: sent }),
} as const;
