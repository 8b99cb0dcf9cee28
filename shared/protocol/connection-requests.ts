/** What people send to the pages of connections, tools, rules and memory. */
import * as z from 'zod/mini';
import { ToolSetting } from './connection.ts';

const Name = z.string().check(z.trim(), z.minLength(1), z.maxLength(60));
const Token = z.string().check(z.minLength(1), z.maxLength(8_000));

/** By `slug` from the catalog, or by `url`. */
export const CreateConnection = z.strictObject({
  slug: z.optional(z.string().check(z.maxLength(60))),
  url: z.optional(z.string().check(z.maxLength(2_000))),
  name: z.optional(Name),
  auth: z.optional(
    z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('none') }),
      z.strictObject({ type: z.literal('bearer'), token: Token }),
    ]),
  ),
});
export type CreateConnection = z.infer<typeof CreateConnection>;

/** A new name, or a new token. */
export const UpdateConnection = z.strictObject({ name: z.optional(Name), token: z.optional(Token) });
export type UpdateConnection = z.infer<typeof UpdateConnection>;

/** What tools may do, by key. `reviewed` lists the hashes of definitions that the user has looked at. */
export const UpdateTools = z.strictObject({
  settings: z.optional(z.record(z.string().check(z.maxLength(300)), ToolSetting)),
  reviewed: z.optional(
    z
      .array(
        z.strictObject({
          key: z.string().check(z.maxLength(300)),
          hash: z.string().check(z.maxLength(100)),
        }),
      )
      .check(z.maxLength(300)),
  ),
});
export type UpdateTools = z.infer<typeof UpdateTools>;

export const UpdateMemory = z.strictObject({
  text: z.string().check(z.trim(), z.minLength(1), z.maxLength(2_000)),
});
