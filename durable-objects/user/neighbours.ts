/** The services a user's object talks to, built once for each environment: mail, the vault. */
import { type Mailer } from '#shared/core/mail/mail.ts';
import { makeMailer } from '#shared/adapters/mail/mailer.ts';
import { makeVault, type Vault } from '#shared/adapters/vault/vault.ts';
import { settingsOf } from '#shared/core/settings/once.ts';

export interface Neighbours {
  /** Null where this server cannot send mail. */
  mailer: Mailer | null;
  vault: Vault;
  origin: string;
}

const built = new WeakMap<object, Neighbours>();

/** Throws `SettingsError`; the door has refused every request before that. */
export function neighboursOf(env: Env): Neighbours {
  const known = built.get(env);
  if (known) return known;
  const settings = settingsOf(env);
  const made = {
    mailer: makeMailer(settings.mail, 'EMAIL' in env ? env.EMAIL : undefined),
    vault: makeVault(settings.vaultKeys),
    origin: settings.publicOrigin,
  };
  built.set(env, made);
  return made;
}
