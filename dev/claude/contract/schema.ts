/**
 * The subset of JSON Schema that strict tools and structured outputs accept
 * (https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations):
 * closed objects, no numeric, length or array bounds (but `minItems` 0 or 1), no recursion, no external references.
 */
import { isArray, isObject, type JsonObject } from '#dev/stand-in/json.ts';
import { refuse } from '../refusal.ts';

const UNSUPPORTED: Readonly<Record<string, readonly string[]>> = {
  integer: ['maximum', 'minimum', 'exclusiveMaximum', 'exclusiveMinimum', 'multipleOf'],
  number: ['maximum', 'minimum', 'exclusiveMaximum', 'exclusiveMinimum', 'multipleOf'],
  string: ['maxLength', 'minLength'],
  array: ['maxItems', 'uniqueItems', 'contains', 'prefixItems'],
  object: ['maxProperties', 'minProperties', 'patternProperties', 'propertyNames', 'dependentSchemas'],
};
const FORMATS = ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'];

/** What one request spends on strict schemas; the API limits the sums over all of them. */
export interface SchemaBudget {
  optional: number;
  unions: number;
}
export const MAX_OPTIONAL_PARAMETERS = 24;
const MAX_UNIONS = 16;

/**
 * Refuses a schema outside the subset and adds what it spends to the budget.
 * @param path where the schema stands in the request, for the message (`tools.0.custom`).
 */
export function checkStrictSchema(schema: JsonObject, path: string, budget: SchemaBudget): void {
  walk(schema, schema, path, budget, []);
  if (budget.optional > MAX_OPTIONAL_PARAMETERS) {
    refuse(
      'strict_schema',
      `Schemas contains too many optional parameters (${budget.optional}), which would make grammar compilation ` +
        `inefficient. Reduce the number of optional parameters in your tool schemas (limit: ${MAX_OPTIONAL_PARAMETERS}).`,
    );
  }
  if (budget.unions > MAX_UNIONS) {
    refuse(
      'strict_schema',
      `Schemas contains too many parameters with union types (${budget.unions} parameters with type arrays or anyOf). ` +
        `This causes exponential compilation cost. Reduce the number of nullable or union-typed parameters (limit: ${MAX_UNIONS}).`,
    );
  }
}

function walk(
  node: JsonObject,
  root: JsonObject,
  path: string,
  budget: SchemaBudget,
  references: readonly string[],
): void {
  const fail = (message: string): never => refuse('strict_schema', `${path}: ${message}`);
  const reference = node['$ref'];
  if (typeof reference === 'string') {
    if (references.includes(reference)) fail(`Recursive schemas are not supported: ${reference}`);
    const target =
      resolve(root, reference) ?? fail(`External or unknown $ref is not supported: ${reference}`);
    walk(target, root, path, budget, [...references, reference]);
    return;
  }
  const types = isArray(node['type']) ? node['type'] : [node['type']];
  if (types.length > 1 || isArray(node['anyOf'])) budget.unions += 1;
  for (const type of types) {
    if (typeof type !== 'string') continue;
    const found = (UNSUPPORTED[type] ?? []).filter((key) => key in node);
    if (found.length > 0) fail(`For '${type}' type, properties ${found.join(', ')} are not supported`);
  }
  if ('oneOf' in node) fail("Schema type 'oneOf' is not supported");
  if ('not' in node) fail("Schema type 'not' is not supported");
  const minItems = node['minItems'];
  if (minItems !== undefined && minItems !== 0 && minItems !== 1) {
    fail("For 'array' type, 'minItems' values other than 0 or 1 are not supported");
  }
  const format = node['format'];
  if (typeof format === 'string' && !FORMATS.includes(format))
    fail(`String format '${format}' is not supported`);
  const members = node['enum'];
  if (isArray(members) && members.some((member) => isObject(member) || isArray(member))) {
    fail('Complex types in enums are not supported');
  }
  if (types.includes('object') || isObject(node['properties']))
    walkObject(node, root, path, budget, references);
  for (const key of ['anyOf', 'allOf']) {
    const branches = node[key];
    if (isArray(branches)) {
      for (const branch of branches) if (isObject(branch)) walk(branch, root, path, budget, references);
    }
  }
  if (isObject(node['items'])) walk(node['items'], root, path, budget, references);
}

function walkObject(
  node: JsonObject,
  root: JsonObject,
  path: string,
  budget: SchemaBudget,
  references: readonly string[],
): void {
  if (node['additionalProperties'] !== false) {
    refuse(
      'strict_schema',
      `${path}: For 'object' type, 'additionalProperties' must be explicitly set to false`,
    );
  }
  const properties = isObject(node['properties']) ? node['properties'] : {};
  const required = isArray(node['required']) ? node['required'] : [];
  for (const [name, property] of Object.entries(properties)) {
    if (!required.includes(name)) budget.optional += 1;
    if (isObject(property)) walk(property, root, path, budget, references);
  }
}

/** Follows a local reference such as `#/$defs/address`. */
export function resolve(root: JsonObject, reference: string): JsonObject | undefined {
  if (reference === '#') return root;
  if (!reference.startsWith('#/')) return undefined;
  let node: unknown = root;
  for (const step of reference.slice(2).split('/')) {
    if (!isObject(node)) return undefined;
    node = node[step.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return isObject(node) ? node : undefined;
}
