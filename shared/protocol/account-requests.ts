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
export const TimeZone = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(64),
    z.regex(/^[A-Za-z0-9_+\-/]+$/, 'must be the name of a time zone, such as Europe/Zurich'),
  );

/**
 * Where the refresh token goes. `token` puts it into the answer, for a native client that keeps it in the system's key
 * store; a page gets a cookie that its scripts cannot read.
 */
const SessionIn = z.optional(z.enum(['cookie', 'token']));

export const SignUp = z.strictObject({
  email: Email,
  password: Password,
  name: z.optional(Name),
  timezone: z.optional(TimeZone),
  session: SessionIn,
});
export type SignUp = z.infer<typeof SignUp>;

/** At sign-in a password is only compared, so an old one that breaks today's rules still works. */
export const SignIn = z.strictObject({
  email: Email,
  password: z.string().check(z.minLength(1), z.maxLength(200)),
  session: SessionIn,
});
export type SignIn = z.infer<typeof SignIn>;

/** The body may be left out: the token then is the cookie. */
export const Refresh = z.optional(
  z.strictObject({ refreshToken: z.optional(z.string().check(z.maxLength(200))) }),
);
export type Refresh = z.infer<typeof Refresh>;

export const UpdateMe = z.strictObject({ name: z.optional(Name), timezone: z.optional(TimeZone) });
export type UpdateMe = z.infer<typeof UpdateMe>;
