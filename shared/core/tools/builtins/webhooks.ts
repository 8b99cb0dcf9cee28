/** Tools by which something outside gets to start work here, in words; and what reads whole deliveries. */
import * as z from 'zod/mini';
import { CreateWebhook } from '#shared/protocol/webhook-requests.ts';
import type { BuiltinSpec } from '../builtin.ts';
import { checkWith, type Input, list, object, type Schema, text } from './schema.ts';

const conditions = ['equals', 'not_equals', 'contains', 'exists', 'one_of'];

/** As it stands in the JSON: the number 7 is not the text "7". */
const one = ['string', 'number', 'boolean', 'null'];
const compared: Schema = {
  anyOf: [{ type: one }, { type: 'array', items: { type: one.slice(0, -1) } }],
  description:
    'What it is compared with, of the type that the field has: text, number, true or false; a list for one_of.',
};

/** The model says "not this" with null as often as by leaving it out. */
const given = (input: Input): Input =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));

const Create = z.omit(CreateWebhook, { id: true, secret: true });
const Named = z.strictObject({ id: z.string().check(z.maxLength(100)) });
const Read = z.strictObject({
  id: z.string().check(z.maxLength(100)),
  following: z.optional(z.boolean()),
  offset: z.optional(z.number().check(z.int(), z.minimum(0))),
  limit: z.optional(z.number().check(z.int(), z.minimum(1))),
});

/** The arguments of `create_webhook`; they were checked. */
export const hookCreatedBy = (input: Input): CreateWebhook => Create.parse(given(input));
export const hookNamedBy = (input: Input): string => Named.parse(input).id;
export const deliveriesAskedBy = (input: Input): z.infer<typeof Read> => Read.parse(given(input));

export const createWebhook: BuiltinSpec = {
  name: 'create_webhook',
  title: 'Set up a webhook',
  description:
    'Let something outside start work in this conversation: GitHub, Slack, Stripe, anything that signs by Standard Webhooks, or (scheme url) anything that can post to an address nobody can guess. Each run begins with `instruction`, in this same conversation; what arrived is shown beside it as content from outside. The person confirms it on a card, and then finds the address and the secret under Webhooks of this conversation: you never see the secret. Write the instruction so that it stands alone.',
  inputSchema: object(
    {
      name: text('A few words for the list, such as "New issues".'),
      instruction: text('What to do with what arrives: what counts, what to do then, when to stay silent.'),
      scheme: { type: 'string', enum: ['standard', 'github', 'slack', 'stripe', 'url'] },
      whileBusy: {
        type: 'string',
        enum: ['queue', 'merge', 'ignore'],
        description: 'While you are at work: a run each, one for all that wait (the default), or let go.',
      },
      filter: list(
        object(
          {
            path: text('A field of the JSON by dots, as issue.labels.0.name; empty for the whole text.'),
            is: { type: 'string', enum: conditions },
            value: compared,
          },
          ['path', 'is'],
        ),
        'Only what meets all of these starts a run.',
      ),
    },
    ['name', 'instruction', 'scheme'],
  ),
  check: (input) => checkWith(Create, given(input)),
  risk: () => 'write',
  repeatable: true,
};

export const removeWebhook: BuiltinSpec = {
  name: 'remove_webhook',
  title: 'Remove a webhook',
  description:
    'Remove a webhook of this conversation, by its id from list_webhooks. Its address never works again, and what arrived at it is deleted.',
  inputSchema: object({ id: text('The id of the webhook.') }, ['id']),
  check: (input) => checkWith(Named, input),
  risk: () => 'write',
  repeatable: true,
};

export const listWebhooks: BuiltinSpec = {
  name: 'list_webhooks',
  title: 'Look at the webhooks',
  description: 'The webhooks of this conversation: ids, what they are for, what arrived last.',
  inputSchema: object({}, []),
  check: (input) => checkWith(z.object({}), input),
  risk: () => 'read',
  repeatable: true,
};

export const readDeliveries: BuiltinSpec = {
  name: 'read_deliveries',
  title: 'Read what arrived',
  description:
    'A delivery of a webhook, whole, by its id: a long one in parts, from `offset` characters on. Or with following the next ones of the same run, when a message says that there are more than it shows. It says how much is left.',
  inputSchema: object(
    {
      id: text('The id of a delivery.'),
      following: { type: 'boolean', description: 'true: those after it instead.' },
      offset: { type: 'integer', description: 'Where to begin; 0 unless given.' },
      limit: { type: 'integer', description: 'Characters; 25,000 unless given, at most.' },
    },
    ['id'],
  ),
  check: (input) => checkWith(Read, given(input)),
  risk: () => 'read',
  repeatable: true,
};
