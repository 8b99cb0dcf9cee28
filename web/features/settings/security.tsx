/** Settings, security: the ways into the account, and where one is signed in. */
import { securityQuery, useFresh } from '#web/data/security.ts';
import { DevicesSection } from './devices.tsx';
import { GoogleSection } from './google.tsx';
import { PasskeysSection } from './passkeys.tsx';
import { PasswordSection } from './password.tsx';
import { SecondFactorSection } from './second-factor.tsx';
import { Loading } from './section.tsx';

export function SecuritySection() {
  const { data: security, error, refetch } = useFresh(securityQuery);
  if (!security) return <Loading error={error} refetch={refetch} label="ways into your account" />;
  return (
    <>
      <PasswordSection has={security.hasPassword} />
      <PasskeysSection passkeys={security.passkeys} secondFactor={security.secondFactor} />
      <SecondFactorSection security={security} />
      <GoogleSection identity={security.identities.find(({ provider }) => provider === 'google')} />
      <DevicesSection />
    </>
  );
}
