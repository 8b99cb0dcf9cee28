/** What is known of the requests of one call, or of the connecting: what its outcome can honestly be said to be. */
import type { ElicitRequestParams, ElicitResult } from '@modelcontextprotocol/client';
import type { SafeFetchCode } from '#shared/adapters/safe-fetch/error.ts';

export class Track {
  /** The request was handed to the wire. */
  sent = false;
  /** Of the answer to the last request, once there is one. */
  status: number | null = null;
  retryAfterMs: number | null = null;
  /** That answer is a stream: what is not in it yet may still come. */
  streams = false;
  /** Why there was no answer, or only a part of one. */
  cut: SafeFetchCode | null = null;
  /** Items of a list that were not tools. */
  badTools = 0;
  /** Answers what the server asks while the call runs. A request that belongs to no call is answered with `cancel`. */
  ask: ((asked: ElicitRequestParams) => ElicitResult) | null = null;

  /** A request goes out: what came of an earlier one (a step before this one, an ended session) is over. */
  begin(): void {
    this.sent = true;
    this.status = null;
    this.retryAfterMs = null;
    this.streams = false;
    this.cut = null;
  }
}
