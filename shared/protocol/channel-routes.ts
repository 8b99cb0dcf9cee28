/** The routes of channels. */
import { CreateChannel, UpdateChannel } from './channel.ts';
import { channelCalls as calls } from './channel-calls.ts';
import { route } from './route.ts';

export const channelRoutes = {
  listChannels: route(calls.listChannels, { summary: 'Where reports go besides the app.' }),
  createChannel: route(calls.createChannel, {
    summary: 'Add a Slack incoming webhook, or mail to your own confirmed address.',
    body: CreateChannel,
  }),
  updateChannel: route(calls.updateChannel, {
    summary: 'Rename a channel, switch it off or on again.',
    body: UpdateChannel,
  }),
  removeChannel: route(calls.removeChannel, { summary: 'Remove a channel with its log.' }),
  testChannel: route(calls.testChannel, { summary: 'Send a test to it.' }),
  listSent: route(calls.listSent, { summary: 'What was sent to it, newest first.' }),
  resendSent: route(calls.resendSent, {
    summary: 'Send again what failed, or what nobody can say of whether it arrived.',
  }),
} as const;
