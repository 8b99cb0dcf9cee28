/** What can go wrong with the database, in two kinds: it cannot be reached now, or our statement was wrong. */

/** Nothing is wrong with the request: try again later. `code` is an SQLSTATE or a short word. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
  readonly retryable = true;
  readonly code: string;
  constructor(code: string) {
    super(`The database cannot be reached (${code}).`);
    this.code = code;
  }
}

/** A bug of ours: the same statement will fail again. Carries the SQLSTATE, never the statement or its values. */
export class DatabaseFault extends Error {
  override readonly name = 'DatabaseFault';
  readonly retryable = false;
  readonly code: string;
  constructor(code: string) {
    super(`The database refused a statement (${code}).`);
    this.code = code;
  }
}
