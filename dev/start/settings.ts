/**
 * What the app is told: every name in `.dev.vars.example` gets a value, from the environment, else from `.dev.vars`,
 * else made up here. Pure: it decides what has to be started, and is told afterwards where that runs.
 */

/** Where the settings may come from. */
export interface SettingSources {
  /** `.dev.vars.example`: the names that exist, and the values that are good for any start. */
  readonly example: ReadonlyMap<string, string>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `.dev.vars`; empty when there is none. */
  readonly devVars: ReadonlyMap<string, string>;
}

/** What was said by a person, and what has to be brought up because nothing was said of it. */
export interface SettingsPlan {
  readonly given: ReadonlyMap<string, string>;
  readonly startDatabase: boolean;
  readonly startStandIn: boolean;
  readonly startMail: boolean;
  readonly startGoogle: boolean;
  readonly startTools: boolean;
  readonly makeSecret: boolean;
  readonly makeVaultKeys: boolean;
}

/** What was brought up. A value is used only where the plan asked for it. */
export interface MadeUp {
  readonly databaseUrl?: string;
  readonly databaseUrlUnpooled?: string;
  readonly standInUrl?: string;
  readonly mailUrl?: string;
  readonly googleUrl?: string;
  readonly toolsUrl?: string;
  readonly authSecret?: string;
  readonly vaultKeys?: string;
  readonly publicUrl: string;
}

/** These name one start's ports, so the example's values (the fixed ports of `npm run services`) are not for others. */
const MADE_UP = [
  'DATABASE_URL',
  'DATABASE_URL_UNPOOLED',
  'ANTHROPIC_BASE_URL',
  'AUTH_SECRET',
  'VAULT_KEYS',
  'PUBLIC_URL',
  'RESEND_BASE_URL',
  'GOOGLE_BASE_URL',
  'DEMO_TOOLS_URL',
] as const;

/** The client of the stand-in for Google. One half of it means nothing beside a half that a person gave. */
const GOOGLE_CLIENT = ['GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET'] as const;

/**
 * Reads what was said. A name that is set in the environment counts even when it is empty ("nothing, please"). A line of
 * `.dev.vars` that still is the example's is nobody's wish: after `cp .dev.vars.example .dev.vars` a start must not
 * look for services that only `npm run services` brings up.
 */
export function planSettings(sources: SettingSources): SettingsPlan {
  const given = new Map<string, string>();
  for (const [name, byExample] of sources.example) {
    const fromFile = sources.devVars.get(name);
    const value = sources.environment[name] ?? (fromFile === byExample ? undefined : fromFile);
    if (value !== undefined) given.set(name, value);
  }
  return {
    given,
    startDatabase: !given.get('DATABASE_URL'),
    startStandIn: !given.get('ANTHROPIC_API_KEY') && !given.get('ANTHROPIC_BASE_URL'),
    // Without a key no mail can go out, and without a client nobody signs in with Google: either may be wished.
    startMail: !given.has('RESEND_API_KEY') && !given.get('RESEND_BASE_URL'),
    startGoogle: !isClientGiven(given) && !given.get('GOOGLE_BASE_URL'),
    // An app that people reach has real mail; "nothing" is an answer too.
    startTools: !given.has('DEMO_TOOLS_URL') && !given.get('PUBLIC_URL')?.startsWith('https:'),
    makeSecret: !given.get('AUTH_SECRET'),
    makeVaultKeys: !given.get('VAULT_KEYS'),
  };
}

/** Fills in what was brought up, and the example's value for what nobody mentioned. */
export function completeSettings(
  sources: Pick<SettingSources, 'example'>,
  plan: SettingsPlan,
  made: MadeUp,
): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, byExample] of sources.example) {
    const isMadeUp = MADE_UP.some((each) => each === name);
    values.set(name, plan.given.get(name) ?? (isMadeUp ? '' : byExample));
  }
  const fill = (name: string, value: string | undefined) => {
    if (!values.get(name)) values.set(name, value ?? '');
  };
  fill('PUBLIC_URL', made.publicUrl);
  fill('AUTH_SECRET', made.authSecret);
  fill('VAULT_KEYS', made.vaultKeys);
  if (plan.startDatabase) {
    values.set('DATABASE_URL', made.databaseUrl ?? '');
    values.set('DATABASE_URL_UNPOOLED', made.databaseUrlUnpooled ?? '');
  }
  if (plan.startStandIn) fill('ANTHROPIC_BASE_URL', made.standInUrl);
  if (plan.startMail) fill('RESEND_BASE_URL', made.mailUrl);
  if (plan.startGoogle) fill('GOOGLE_BASE_URL', made.googleUrl);
  if (plan.startTools) fill('DEMO_TOOLS_URL', made.toolsUrl);
  if (isClientGiven(plan.given)) {
    for (const name of GOOGLE_CLIENT) values.set(name, plan.given.get(name) ?? '');
    if (plan.given.get('GOOGLE_CLIENT_ID') === '')
      for (const name of [...GOOGLE_CLIENT, 'GOOGLE_BASE_URL']) values.set(name, '');
  }
  // The app refuses to start with both, and only a person can have meant an https address.
  if (values.get('PUBLIC_URL')?.startsWith('https:') && !plan.given.has('ALLOW_LOCAL_URLS')) {
    values.set('ALLOW_LOCAL_URLS', '');
  }
  return values;
}

function isClientGiven(given: ReadonlyMap<string, string>): boolean {
  return GOOGLE_CLIENT.some((name) => given.has(name));
}
