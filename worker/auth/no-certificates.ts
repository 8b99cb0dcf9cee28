/**
 * Stands in the bundle for `@peculiar/x509` (`alias` in wrangler.toml), which @simplewebauthn/server uses for one thing:
 * to check the certificates of an attestation against roots. We ask for none (`attestationType: 'none'`) and know no
 * roots, so it is never called; with what it brings it would be 30 KiB of the Worker. Called after all, it refuses.
 */

const refuse = (): never => {
  throw new Error('Attestation certificates are not checked here');
};

export class X509Certificate {
  constructor() {
    refuse();
  }
}
export class X509ChainBuilder extends X509Certificate {}
export class X509Crl extends X509Certificate {}
export class AuthorityKeyIdentifierExtension extends X509Certificate {}
export class CRLDistributionPointsExtension extends X509Certificate {}
export class SubjectKeyIdentifierExtension extends X509Certificate {}
