/**
 * What a call over the wire fails with. One class with few codes: who asked learns what to do next, and nothing of what
 * the other side said, or of which address inside a network answered how.
 */

export type SafeFetchCode =
  /** The address, one it redirected to, or what its name stands for is none that may be called. */
  | 'address_refused'
  /** It redirected too often, or to where what we send must not go. */
  | 'redirect_refused'
  /** No connection, or it broke. */
  | 'unreachable'
  /** The whole exchange took longer than it may. */
  | 'timeout'
  /** The caller gave up. */
  | 'aborted'
  /** More bytes than may be read, counted after decompression. */
  | 'too_large'
  /** The content is of a type that was not asked for. */
  | 'wrong_type'
  /** The content is not what its type says. */
  | 'unreadable';

export class SafeFetchError extends Error {
  override readonly name = 'SafeFetchError';
  readonly code: SafeFetchCode;
  /** The same call may work later. */
  readonly retryable: boolean;

  // No `cause`: it would carry host names, addresses and ports of wherever the call went.
  constructor(code: SafeFetchCode) {
    super(`The call was not completed: ${code}`);
    this.code = code;
    this.retryable = code === 'unreachable' || code === 'timeout';
  }
}
