/** What can go wrong at Google itself, rather than with the person who comes from there. */
import { SafeFetchError } from '../safe-fetch/error.ts';

/** Google did not answer, or not as Google does. `code` is a short word; nothing of what was sent or answered is in it. */
export class GoogleUnavailable extends Error {
  override readonly name = 'GoogleUnavailable';
  readonly retryable = true;
  readonly code: string;

  constructor(code: string) {
    super(`Google did not answer as expected (${code}).`);
    this.code = code;
  }

  /** The fault for what was thrown on the way. @param otherwise the code for what is no fault of the wire */
  static from(error: unknown, otherwise: string): GoogleUnavailable {
    if (error instanceof GoogleUnavailable) return error;
    return new GoogleUnavailable(error instanceof SafeFetchError ? error.code : otherwise);
  }
}
