/** The services a user's object talks to, built once for each environment: mail, the vault, MCP servers. */
import { type Mailer } from '#shared/core/mail/mail.ts';
import { makeMailer } from '#shared/adapters/mail/mailer.ts';
import { connectMcp } from '#shared/adapters/mcp/session.ts';
import { makeVault, type Vault } from '#shared/adapters/vault/vault.ts';
import { parseSettings, type Settings } from '#shared/core/settings.ts';
import type { McpSession, McpTarget } from '#shared/core/tools/mcp.ts';

export interface Neighbours {
  /** Null where this server cannot send mail. */
  mailer: Mailer | null;
  vault: Vault;
  origin: string;
  /** Opens a session with an MCP server. */
  connect: (target: McpTarget, settings: Settings) => McpSession;
}

const built = new WeakMap<object, Neighbours>();

/** Throws `SettingsError`; the door has refused every request before that. */
export function neighboursOf(env: Env): Neighbours {
  const known = built.get(env);
  if (known) return known;
  const settings = parseSettings({ ...env });
  const made = {
    mailer: makeMailer(settings.mail, 'EMAIL' in env ? env.EMAIL : undefined),
    vault: makeVault(settings.vaultKeys),
    origin: settings.publicOrigin,
    connect: (target: McpTarget, now: Settings) => connectMcp(target, { settings: now }),
  };
  built.set(env, made);
  return made;
}
