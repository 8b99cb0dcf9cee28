/** Options of a scenario: whatever a marker or the control endpoint gave, read with a default. */
import { isObject, type JsonObject } from '#dev/stand-in/json.ts';

export class Options {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  number(key: string, fallback: number): number {
    const value = this.#values[key];
    return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : fallback;
  }

  text(key: string, fallback: string): string {
    const value = this.#values[key];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : fallback;
  }

  object(key: string): JsonObject | undefined {
    const value = this.#values[key];
    return isObject(value) ? value : undefined;
  }

  list(key: string): readonly unknown[] {
    const value = this.#values[key];
    return Array.isArray(value) ? value : [];
  }

  /** How many attempts it strikes: a number, or `always`. */
  times(fallback: number): number {
    return this.#values['times'] === 'always' ? Number.POSITIVE_INFINITY : this.number('times', fallback);
  }
}
