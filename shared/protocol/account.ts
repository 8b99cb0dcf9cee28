/** People and their sessions, as they travel. */
import * as z from 'zod/mini';
import { Id, Instant } from './ids.ts';

export const User = z.object({
  id: Id,
  email: z.string(),
  name: z.string(),
  timezone: z.string(),
  createdAt: Instant,
});
export type User = z.infer<typeof User>;

/** What sign-up, sign-in and refresh answer. `expiresIn` is in seconds; the refresh token is a cookie. */
export const Session = z.object({ user: User, accessToken: z.string(), expiresIn: z.number() });
export type Session = z.infer<typeof Session>;

/** `model.demo` is true where the stand-in for Claude answers: the app must say so. */
export const Me = z.object({ user: User, model: z.object({ name: z.string(), demo: z.boolean() }) });
export type Me = z.infer<typeof Me>;
