/** The mails that came, in memory and bounded, and who waits for one. Kept nowhere else: a restart begins empty. */
import { linksOf } from './links.ts';
import { bareAddress, type Sendable } from './message.ts';

/** A mail as it came. `number` counts from 1 over all that ever came; `sentAt` is ISO 8601. */
export interface CapturedMail {
  id: string;
  number: number;
  sentAt: string;
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
  links: string[];
}

/** Which mails are meant: everything that is named has to fit. */
export interface Wanted {
  /** An address, as receiver (also cc and bcc). */
  to?: string;
  /** Somewhere in the subject, capitals or not. */
  subject?: string;
  /** Only those that came after the mail with this number. */
  after?: number;
}

const KEPT = 500;

export class Mails {
  readonly #now: () => number;
  #kept: CapturedMail[] = [];
  #count = 0;
  readonly #waiting = new Set<(mail: CapturedMail) => void>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** How many ever came. */
  get count(): number {
    return this.#count;
  }

  add(id: string, { from, to, cc = [], bcc = [], subject, text = '', html = '' }: Sendable): void {
    this.#count += 1;
    const mail = {
      id,
      number: this.#count,
      sentAt: new Date(this.#now()).toISOString(),
      from,
      to: [...to, ...cc, ...bcc],
      subject,
      text,
      html,
      links: linksOf({ text, html }),
    };
    this.#kept = [mail, ...this.#kept].slice(0, KEPT);
    for (const tell of this.#waiting) tell(mail);
  }

  /** Those kept that fit, newest first. */
  list(wanted: Wanted = {}): CapturedMail[] {
    return this.#kept.filter((mail) => fits(mail, wanted));
  }

  find(id: string): CapturedMail | undefined {
    return this.#kept.find((mail) => mail.id === id);
  }

  /** The newest that fits, or the next one that will; undefined once `signal` says that nobody waits any more. */
  async wait(wanted: Wanted, signal: AbortSignal): Promise<CapturedMail | undefined> {
    const [newest] = this.list(wanted);
    if (newest || signal.aborted) return newest;
    const { promise, resolve } = Promise.withResolvers<CapturedMail | undefined>();
    const tell = (mail: CapturedMail) => fits(mail, wanted) && resolve(mail);
    const giveUp = () => resolve(undefined);
    this.#waiting.add(tell);
    signal.addEventListener('abort', giveUp, { once: true });
    const found = await promise;
    this.#waiting.delete(tell);
    signal.removeEventListener('abort', giveUp);
    return found;
  }

  /** Forgets the mails, not how many there were: who waits for one after number 7 still does. */
  clear(): void {
    this.#kept = [];
  }
}

function fits(mail: CapturedMail, { to, subject, after }: Wanted): boolean {
  return (
    (to === undefined || mail.to.some((each) => bareAddress(each) === bareAddress(to))) &&
    (subject === undefined || mail.subject.toLowerCase().includes(subject.toLowerCase())) &&
    (after === undefined || mail.number > after)
  );
}
