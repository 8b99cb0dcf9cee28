/** A value that follows a JSON schema, made of the user's words: input of a tool call, or a structured reply. */
import { resolve } from '../contract/schema.ts';
import { isArray, isObject, type JsonObject } from '#dev/stand-in/json.ts';
import { shorten, titleOf } from './words.ts';

const FORMATS: Readonly<Record<string, string>> = {
  'date-time': '2026-01-15T09:00:00Z',
  date: '2026-01-15',
  time: '09:00:00Z',
  duration: 'PT15M',
  email: 'someone@example.com',
  hostname: 'example.com',
  uri: 'https://example.com/',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uuid: '01890a5d-ac96-774b-bcce-b302099a8057',
};
/** Schemas outside strict mode may refer to themselves; this deep and no deeper. */
const MAX_DEPTH = 8;

/** An object that follows the schema as far as schemas are understood here. */
export function sampleOf(schema: JsonObject, words: string): JsonObject {
  const value = sample(schema, schema, '', words, 0);
  return isObject(value) ? value : {};
}

function sample(node: JsonObject, root: JsonObject, name: string, words: string, depth: number): unknown {
  if (depth > MAX_DEPTH) return null;
  if (typeof node['$ref'] === 'string') {
    return sample(resolve(root, node['$ref']) ?? {}, root, name, words, depth + 1);
  }
  if ('const' in node) return node['const'];
  if ('default' in node) return node['default'];
  if (isArray(node['enum'])) return node['enum'][0];
  const branch = isArray(node['anyOf']) ? node['anyOf'] : isArray(node['oneOf']) ? node['oneOf'] : undefined;
  const first = branch?.find(isObject);
  if (first !== undefined) return sample(first, root, name, words, depth + 1);
  const parts = isArray(node['allOf']) ? node['allOf'].filter(isObject) : [];
  if (parts.length > 0) {
    const merged = parts.map((part) => sample(part, root, name, words, depth + 1)).filter(isObject);
    return Object.assign({}, ...merged);
  }
  const types = isArray(node['type']) ? node['type'] : [node['type']];
  if (types.includes('object') || isObject(node['properties'])) return sampleObject(node, root, words, depth);
  if (types.includes('array')) {
    return isObject(node['items']) ? [sample(node['items'], root, name, words, depth + 1)] : [];
  }
  if (types.includes('string')) return sampleText(node, name, words);
  if (types.includes('integer') || types.includes('number')) {
    const least = node['minimum'];
    return typeof least === 'number' ? least : 1;
  }
  return types.includes('boolean') ? true : null;
}

/** Required members only, so that what is optional stays optional; all of them where none is required. */
function sampleObject(node: JsonObject, root: JsonObject, words: string, depth: number): JsonObject {
  const properties = isObject(node['properties']) ? node['properties'] : {};
  const required = isArray(node['required']) ? node['required'] : Object.keys(properties);
  return Object.fromEntries(
    Object.entries(properties).flatMap(([key, property]) =>
      isObject(property) && required.includes(key)
        ? [[key, sample(property, root, key, words, depth + 1)]]
        : [],
    ),
  );
}

function sampleText(node: JsonObject, name: string, words: string): string {
  const format = node['format'];
  if (typeof format === 'string' && FORMATS[format] !== undefined) return FORMATS[format];
  if (/title|name|subject/i.test(name)) return titleOf(words);
  return shorten(words, 120) || 'example';
}
