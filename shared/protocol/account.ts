/** People and their sessions, as they travel. */
import * as z from 'zod/mini';
import { Id, Instant } from './ids.ts';

/** An address is compared in lower case; 254 characters is the limit of RFC 5321. */
export const Email = z.pipe(
  z
    .string()
    .check(
      z.trim(),
      z.maxLength(254),
      z.regex(
        /^[^\s@<>"(),;:\\[\]\p{Cc}\uFFFD]+@[^\s@\p{Cc}\uFFFD]+\.[^\s@.\p{Cc}\uFFFD]+$/u,
        'must be an email address',
      ),
    ),
  z.transform((email: string) => email.toLowerCase()),
);

/** Length is what counts (NIST SP 800-63B 5.1.1); the upper bound keeps hashing cheap. */
export const Password = z
  .string()
  .check(z.minLength(10, 'must have 10 characters or more'), z.maxLength(200));

export const Name = z.string().check(z.trim(), z.minLength(1), z.maxLength(100));

/** An IANA time zone name. Whether it exists is checked where the platform's zone data is. */
export const TimeZone = z.string().check(z.minLength(1), z.maxLength(64), z.regex(/^[A-Za-z0-9_+\-/]+$/));

export const User = z.object({
  id: Id,
  email: z.string(),
  name: z.string(),
  timezone: z.string(),
  createdAt: Instant,
});
export type User = z.infer<typeof User>;

export const SignUp = z.strictObject({
  email: Email,
  password: Password,
  name: z.optional(Name),
  timezone: z.optional(TimeZone),
});
export type SignUp = z.infer<typeof SignUp>;

/** At sign-in a password is only compared, so an old one that breaks today's rules still works. */
export const SignIn = z.strictObject({
  email: Email,
  password: z.string().check(z.minLength(1), z.maxLength(200)),
});
export type SignIn = z.infer<typeof SignIn>;

/** What sign-up, sign-in and refresh answer. `expiresIn` is in seconds; the refresh token is a cookie. */
export const Session = z.object({ user: User, accessToken: z.string(), expiresIn: z.number() });
export type Session = z.infer<typeof Session>;

/** `model.demo` is true where the stand-in for Claude answers: the app must say so. */
export const Me = z.object({ user: User, model: z.object({ name: z.string(), demo: z.boolean() }) });
export type Me = z.infer<typeof Me>;

export const UpdateMe = z.strictObject({ name: z.optional(Name), timezone: z.optional(TimeZone) });
export type UpdateMe = z.infer<typeof UpdateMe>;
