/** What people send about themselves. Apart from the replies: a page checks what it gets, not what it sends. */
import * as z from 'zod/mini';

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

export const UpdateMe = z.strictObject({ name: z.optional(Name), timezone: z.optional(TimeZone) });
export type UpdateMe = z.infer<typeof UpdateMe>;
