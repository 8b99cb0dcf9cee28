/**
 * Readers of single fields. The sentences are the API's own (observed by others against the live API in 2026: see
 * dev/claude/README.md, "Where the rules come from"), so that what a client logs here is what it will log there.
 */
import { isArray, isObject, type JsonObject } from '#dev/stand-in/json.ts';
import { refuse } from '../refusal.ts';
import type { Ttl } from './request.ts';

/** The value of a required member, or a refusal `path: Field required`. */
export function required(object: JsonObject, key: string, path: string): unknown {
  if (!(key in object)) refuse('field_required', `${path}: Field required`);
  return object[key];
}

export function text(value: unknown, path: string): string {
  if (typeof value !== 'string') refuse('field_type', `${path}: Input should be a valid string`);
  return value;
}

export function flag(value: unknown, path: string): boolean {
  if (typeof value !== 'boolean') refuse('field_type', `${path}: Input should be a valid boolean`);
  return value;
}

export function integer(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    refuse('field_type', `${path}: Input should be a valid integer`);
  }
  return value;
}

export function list(value: unknown, path: string): readonly unknown[] {
  if (!isArray(value)) refuse('field_type', `${path}: Input should be a valid array`);
  return value;
}

export function object(value: unknown, path: string): JsonObject {
  if (!isObject(value)) refuse('field_type', `${path}: Input should be an object`);
  return value;
}

/** One of the given words. */
export function oneOf<const Word extends string>(value: unknown, words: readonly Word[], path: string): Word {
  const found = words.find((word) => word === value);
  if (found === undefined) {
    const quoted = words.map((word) => `'${word}'`);
    const choice =
      quoted.length > 1 ? `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}` : quoted.join('');
    refuse('field_value', `${path}: Input should be ${choice}`);
  }
  return found;
}

/** Refuses members that are not in the list: the API knows no extension by extra fields. */
export function onlyKeys(object: JsonObject, keys: readonly string[], path: string): void {
  const extra = Object.keys(object).find((key) => !keys.includes(key));
  if (extra !== undefined) {
    const where = path === '' ? extra : `${path}.${extra}`;
    refuse('unknown_parameter', `${where}: Extra inputs are not permitted`);
  }
}

/** `cache_control` on a block or at the top level; `null` and absence mean none. */
export function cacheMark(value: unknown, path: string): Ttl | undefined {
  if (value === undefined || value === null) return undefined;
  const mark = object(value, path);
  oneOf(required(mark, 'type', `${path}.type`), ['ephemeral'], `${path}.type`);
  onlyKeys(mark, ['type', 'ttl'], path);
  return mark['ttl'] === undefined ? '5m' : oneOf(mark['ttl'], ['5m', '1h'], `${path}.ttl`);
}
