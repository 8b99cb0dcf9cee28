/** The client of settings and of the way in: their calls are loaded with the pages that use them. */
import { createClient } from '#shared/client/client.ts';
import { accountCalls } from '#shared/protocol/account-calls.ts';
import { clientSettings } from './app.ts';

export const account = createClient(accountCalls, clientSettings);
