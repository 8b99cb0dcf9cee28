/** What people send about the safety of their account. */
import * as z from 'zod/mini';
import { Email, Name, Password } from './account-requests.ts';
import { Instant } from './ids.ts';
import { Scope } from './security.ts';

/** A one-time token out of a mail. */
const LinkToken = z.string().check(z.minLength(1), z.maxLength(200));
/** A signed token that this server gave out a moment ago. */
const SignedToken = z.string().check(z.minLength(1), z.maxLength(2_000));

/** Credentials as the browser's JSON form of a `PublicKeyCredential` has them; the library checks what is inside. */
const Credential = z.looseObject({
  id: z.string().check(z.minLength(1), z.maxLength(1_400)),
  rawId: z.string().check(z.minLength(1), z.maxLength(1_400)),
  type: z.literal('public-key'),
  response: z.record(z.string(), z.unknown()),
});

export const RequestReset = z.strictObject({ email: Email });
export const ResetPassword = z.strictObject({
  token: LinkToken,
  password: Password,
  revokeApiKeys: z.optional(z.boolean()),
});
export const VerifyEmail = z.strictObject({ token: LinkToken });

export const PasskeyOptions = z.strictObject({ pending: z.optional(SignedToken) });
export const PasskeySignIn = z.strictObject({
  token: SignedToken,
  credential: Credential,
  pending: z.optional(SignedToken),
  session: z.optional(z.enum(['cookie', 'token'])),
});
export const RecoverySignIn = z.strictObject({
  pending: SignedToken,
  code: z.string().check(z.trim(), z.minLength(1), z.maxLength(40)),
  session: z.optional(z.enum(['cookie', 'token'])),
});

/** Proof that it is still the owner: the password, or a passkey. */
export const Confirm = z.union([
  z.strictObject({ password: z.string().check(z.minLength(1), z.maxLength(200)) }),
  z.strictObject({ token: SignedToken, credential: Credential }),
]);

export const ChangeEmail = z.strictObject({ email: Email });
export const ChangePassword = z.strictObject({
  password: Password,
  revokeApiKeys: z.optional(z.boolean()),
});
export const SetSecondFactor = z.strictObject({ on: z.boolean() });

export const AddPasskey = z.strictObject({
  token: SignedToken,
  credential: Credential,
  name: z.optional(Name),
});
export const RenamePasskey = z.strictObject({ name: Name });

/** `expiresAt` is an instant in the future. */
export const CreateApiKey = z.strictObject({
  name: Name,
  scopes: z.array(Scope).check(z.minLength(1), z.maxLength(4)),
  expiresAt: z.optional(z.nullable(Instant)),
});
export type CreateApiKey = z.infer<typeof CreateApiKey>;
