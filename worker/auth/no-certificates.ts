/**
 * Stands in the bundle for `@peculiar/x509` (`alias` in wrangler.toml), which @simplewebauthn/server uses for one thing:
 * to check the certificates of an attestation against roots. We ask for none (`attestationType: 'none'`) and know no
 * roots, so it is never called; with what it brings it would be 30 KiB of the Worker. Called after all, it refuses.
 */

function refuse(): never {
  throw new Error('Attestation certificates are not checked here');
}

export {
  refuse as AuthorityKeyIdentifierExtension,
  refuse as CRLDistributionPointsExtension,
  refuse as SubjectKeyIdentifierExtension,
  refuse as X509Certificate,
  refuse as X509ChainBuilder,
  refuse as X509Crl,
};
