/** What has been started, so that it is stopped in the opposite order, once, whatever happened in between. */

/** Ends one thing. */
export type Stop = () => void | Promise<void>;

/** Things to stop. */
export class StopList {
  readonly #stops: Stop[] = [];
  #stopping: Promise<void> | undefined;

  /** Adds a thing that was just started. */
  add(stop: Stop): void {
    this.#stops.push(stop);
  }

  /** Adds a thing that is being started: when it never comes up there is nothing to stop. */
  addPending<Started>(starting: Promise<Started>, stop: (started: Started) => void | Promise<void>): void {
    this.add(async () => {
      const started = await starting.catch(() => undefined);
      if (started !== undefined) await stop(started);
    });
  }

  /** Whether stopping has begun: an end that is seen now is no accident. */
  get isStopping(): boolean {
    return this.#stopping !== undefined;
  }

  /** Stops everything, the last one first. A second call waits for the first. */
  stopAll(): Promise<void> {
    this.#stopping ??= this.#run();
    return this.#stopping;
  }

  async #run(): Promise<void> {
    for (let stop = this.#stops.pop(); stop !== undefined; stop = this.#stops.pop()) {
      try {
        await stop();
      } catch (error) {
        console.error(error); // the others have to be stopped all the same
      }
    }
  }
}
