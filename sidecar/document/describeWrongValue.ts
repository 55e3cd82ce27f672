import {closestName} from '../closestName.ts';
import {nameOfValue} from './describePlace.ts';
import {isRecord, type Path, valueAt} from './documentPath.ts';
import {alternatives, inline, quoted, shown} from './documentProblem.ts';
import {definition, type Schema, schemaAt, unionTypes} from './documentSchema.ts';
import {otherNames} from './otherNames.ts';

/** What is wrong with the value at a path, and what to write instead. */
export function describeWrongValue(path: Path, document: unknown): {code: string; message: string} {
  const value = valueAt(document, path);
  const container = path.slice(0, -1);
  const types = path.at(-1) === 'type' ? unionTypes(schemaAt(container, {}) ?? {}) : [];
  if (types.length > 0) return wrongType(value, path[0] === 'layers' ? 'layer' : String(container.at(-1)), types);

  const schema = schemaAt(path, document) ?? {};
  const name = nameOfValue(path);
  if (schema.enum && typeof value === 'string') return wrongWord(name, value, schema.enum);
  const words = schema.discriminator ? undefined : schema.oneOf?.find(branch => branch.enum)?.enum;
  if (words && typeof value === 'string' && closestName(value, words)) return wrongWord(name, value, words);
  const expected = expectation(schema, value);
  return {
    code: isOfType(value, schema) ? (expected.code ?? 'out-of-range') : 'wrong-type',
    message: `${name} must be ${expected.phrase}, got ${shown(value)}${hint(path, value, schema)}`,
  };
}

/** A layer, optimizer or schedule of an unknown type. */
function wrongType(value: unknown, kind: string, types: readonly string[]): {code: string; message: string} {
  if (typeof value !== 'string') {
    return {code: 'wrong-type', message: `type must be ${alternatives(types)}, got ${shown(value)}.`};
  }
  const code = 'unknown-type';
  const near = closestName(value, types) ?? otherNames(value, types);
  if (near) return {code, message: `Unknown ${kind} type ${quoted(value)}. Did you mean ${quoted(near)}?`};
  if (kind === 'layer' && activations().includes(value)) {
    const instead = inline({type: 'activation', activation: value});
    return {code, message: `Unknown layer type ${quoted(value)}. Write ${instead}.`};
  }
  return {code, message: `Unknown ${kind} type ${quoted(value)}. It must be ${alternatives(types)}.`};
}

function activations(): readonly string[] {
  return definition('activation').properties?.activation?.enum ?? [];
}

function wrongWord(name: string, value: string, words: readonly string[]): {code: string; message: string} {
  const near = closestName(value, words) ?? otherNames(value, words);
  const code = 'unknown-value';
  if (near) return {code, message: `Unknown ${name} ${quoted(value)}. Did you mean ${quoted(near)}?`};
  return {code, message: `${name} must be ${alternatives(words)}, got ${quoted(value)}.`};
}

function expectation(schema: Schema, value: unknown): {phrase: string; code?: string} {
  if (schema.const !== undefined) return {phrase: inline(schema.const), code: 'wrong-version'};
  if (schema.enum) return {phrase: alternatives(schema.enum)};
  if (schema.oneOf && !schema.discriminator) {
    if (isRecord(value)) return {phrase: 'an object that names at least one class', code: 'empty-value'};
    return {phrase: '"none", "balanced" or an object with a number for each class'};
  }
  switch (schema.type) {
    case 'boolean':
      return {phrase: 'true or false'};
    case 'integer':
      return {phrase: integerPhrase(schema, value)};
    case 'number':
      return {phrase: typeof value === 'number' ? interval(schema) : `a number ${interval(schema)}`.trimEnd()};
    case 'string':
      if (typeof value !== 'string') return {phrase: 'text in double quotes'};
      return value === ''
        ? {phrase: 'text of at least one character', code: 'empty-value'}
        : {phrase: 'text without dots', code: 'dotted-name'};
    case 'array':
      return Array.isArray(value)
        ? {phrase: `a list of at least one ${schema.items?.type === 'string' ? 'name' : 'value'}`, code: 'empty-value'}
        : {phrase: 'a list, [ … ]'};
    case 'object':
      return isRecord(value)
        ? {phrase: 'an object that names at least one path', code: 'empty-value'}
        : {phrase: 'an object, { … }'};
    default:
      return {phrase: 'a number or text in double quotes'};
  }
}

function integerPhrase({minimum, maximum}: Schema, value: unknown): string {
  if (typeof value === 'number' && maximum !== undefined && value > maximum) return `an integer of at most ${maximum}`;
  return minimum === undefined ? 'an integer' : `an integer of at least ${minimum}`;
}

function interval({minimum, maximum, exclusiveMinimum, exclusiveMaximum}: Schema): string {
  const from = minimum ?? exclusiveMinimum;
  const to = maximum ?? exclusiveMaximum;
  if (from !== undefined && to !== undefined) {
    return `in ${minimum === undefined ? '(' : '['}${from}, ${to}${maximum === undefined ? ')' : ']'}`;
  }
  if (minimum !== undefined) return `at least ${minimum}`;
  return exclusiveMinimum === undefined ? '' : `above ${exclusiveMinimum}`;
}

/** The end of the message: a full stop, or what was probably meant. */
function hint(path: Path, value: unknown, schema: Schema): string {
  const key = String(path.at(-1));
  if (key === 'rate' && (value === 1 || value === 100)) return ': it would drop everything.';
  if (shares.has(key) && typeof value === 'number' && value >= SMALLEST_PERCENTAGE && value < 100) {
    return `. This looks like a percentage: write ${Number((value / 100).toPrecision(12))}.`;
  }
  // A path of tune.space: the values to try as they are.
  if (path[0] === 'tune' && path[1] === 'space' && path.length === 3 && Array.isArray(value) && value.length > 0) {
    return `. Write ${inline({values: value})}.`;
  }
  if (key === 'version') return typeof value === 'number' && value > 1 ? '. A newer MLP Lab may read it.' : '.';
  const isEmpty = typeof value === 'object' && (value === null || Object.keys(value).length === 0);
  if (isEmpty && isOptional(path) && path[0] !== 'tune') return '. Leave the key out for its default.';
  if (typeof value === 'number' && path[0] === 'layers' && path.length === 2) {
    return `. Write ${inline({type: 'dense', units: Math.max(1, Math.round(value))})}.`;
  }
  if (typeof value === 'string' && isNumeric(schema) && value.trim() !== '' && Number.isFinite(Number(value))) {
    return `. Write it without quotes: ${Number(value)}.`;
  }
  if (typeof value === 'string' && schema.type === 'boolean' && /^(true|false)$/i.test(value)) {
    return `. Write it without quotes: ${value.toLowerCase()}.`;
  }
  if (typeof value === 'number' && schema.type === 'string' && key === 'target') {
    return `. Columns without a name are called "column1", "column2", …`;
  }
  const types = unionTypes(schema);
  const type = typeof value === 'string' ? (closestName(value, types) ?? otherNames(value, types)) : undefined;
  if (types.includes('activation') && typeof value === 'string' && activations().includes(value)) {
    return `. Write ${inline({type: 'activation', activation: value})}.`;
  }
  if (type) return `. Write {"type": ${quoted(type)}${type === 'dense' ? ', "units": 60' : ''}}.`;
  if (schema.type === 'array' && typeof value === 'string') return `. Write [${quoted(value)}].`;
  return '.';
}

function isOptional(path: Path): boolean {
  const container = schemaAt(path.slice(0, -1), {});
  return container?.properties !== undefined && !container.required?.includes(String(path.at(-1)));
}

/** Of a share that was meant as a percentage: nobody drops 1.5 %. */
export const SMALLEST_PERCENTAGE = 5;

const shares = new Set(['rate', 'share', 'testShare']);

function isNumeric({type}: Schema): boolean {
  return type === 'number' || type === 'integer';
}

function isOfType(value: unknown, schema: Schema): boolean {
  if (schema.const !== undefined) return true;
  if (schema.oneOf && !schema.discriminator) return isRecord(value);
  switch (schema.type) {
    case 'integer':
    case 'number':
      return typeof value === 'number';
    case 'string':
      return typeof value === 'string';
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isRecord(value);
    default:
      return false;
  }
}
