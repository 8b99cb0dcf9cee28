/** People and their sessions, as they travel. */
import * as z from 'zod/mini';
import { Id, Instant } from './ids.ts';

export const User = z.object({
  id: Id,
  email: z.string(),
  /** Whether a link that was sent to the address was followed. */
  emailVerified: z.boolean(),
  name: z.string(),
  timezone: z.string(),
  createdAt: Instant,
});
export type User = z.infer<typeof User>;

/**
 * What sign-up, sign-in and refresh answer. `expiresIn` is in seconds. The refresh token is a cookie; only a native
 * client that asked for it gets it here.
 */
export const Session = z.object({
  user: User,
  accessToken: z.string(),
  expiresIn: z.number(),
  refreshToken: z.optional(z.string()),
});
export type Session = z.infer<typeof Session>;

/**
 * `model.demo` is true where the stand-in for Claude answers: the app must say so. `alerts` counts what happened to the
 * account that its owner has not seen yet.
 */
export const Me = z.object({
  user: User,
  model: z.object({ name: z.string(), demo: z.boolean() }),
  alerts: z.number(),
  /** Notifications that were not read yet. */
  unread: z.number(),
});
export type Me = z.infer<typeof Me>;
