/** What was done, as a person reads it: how it ended, and who let it run. */
import type { EffectLine } from '#shared/protocol/connection.ts';

export interface OutcomeWords {
  word: string;
  /** As in `data-tone`. */
  tone: 'ok' | 'waiting' | 'failed' | 'quiet' | 'working';
}

/** A call that nobody has decided is not running: it waits. */
export function outcomeWords({ outcome, allowedBy }: EffectLine): OutcomeWords {
  switch (outcome) {
    case 'ok':
      return { word: 'Done', tone: 'ok' };
    case 'error':
      return { word: 'Failed', tone: 'failed' };
    case 'denied':
      return { word: 'Not done', tone: 'quiet' };
    case 'expired':
      return { word: 'Expired, not done', tone: 'quiet' };
    case 'stopped':
      return { word: 'Stopped', tone: 'quiet' };
    case 'unknown':
      return { word: 'Outcome unknown: look before it is done again', tone: 'waiting' };
    case 'running':
      return allowedBy === null
        ? { word: 'Waits for your yes', tone: 'waiting' }
        : { word: 'Running', tone: 'working' };
    default:
      return outcome satisfies never;
  }
}

/** Who let it run, or who did not; empty while nobody has decided. */
export function whoWords({ allowedBy, decidedBy, outcome }: EffectLine): string {
  switch (allowedBy) {
    case 'person':
      return decidedBy ? `approved by you, ${decidedBy}` : 'approved by you';
    case 'rule':
      return 'by your standing rule';
    case 'setting':
      return 'by your setting, without asking';
    case 'policy':
      return 'needs no yes';
    default:
      if (outcome === 'denied') return decidedBy ? `rejected by you, ${decidedBy}` : 'not allowed';
      return outcome === 'expired' ? 'nobody answered in time' : '';
  }
}
