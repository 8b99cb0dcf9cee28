/** What the vault fails with. Never says what was sealed, nor which part of it did not fit. */

export type VaultErrorCode =
  /** Sealed with a key that is not on the ring (any more). */
  | 'unknown_key'
  /** Changed, sealed for another place, or sealed with another key of the same name. */
  | 'not_opened'
  /** Not something that a vault sealed. */
  | 'malformed';

export class VaultError extends Error {
  override readonly name = 'VaultError';
  readonly code: VaultErrorCode;
  constructor(code: VaultErrorCode) {
    super(`A secret was not opened: ${code}`);
    this.code = code;
  }
}
