import {closestName, withoutStyle} from '../closestName.ts';
import {removeKey, setTo} from './commonFixes.ts';
import {describeUnknownKey} from './describeUnknownKey.ts';
import {SMALLEST_PERCENTAGE} from './describeWrongValue.ts';
import {type Path, valueAt} from './documentPath.ts';
import {type DocumentFix, inline} from './documentProblem.ts';
import {childSchema, type Schema, schemaAt, unionTypes} from './documentSchema.ts';
import {otherNames} from './otherNames.ts';

/** Ways out of what the schema forbids, best first. */
export function schemaFixes(code: string, path: Path, document: unknown): DocumentFix[] {
  switch (code) {
    case 'unknown-key':
      return unknownKey(path, document);
    case 'missing-key':
      return missingKey(path, document);
    case 'unknown-value':
    case 'unknown-type':
      return unknownWord(path, document);
    case 'wrong-type':
      return wrongType(path, valueAt(document, path), schemaAt(path, document) ?? {});
    case 'out-of-range':
      return outOfRange(path, valueAt(document, path), schemaAt(path, document) ?? {});
    case 'repeated-item':
      return [removeItem(path)];
    case 'wrong-version':
      return [setTo(path, 1)];
    default:
      return [];
  }
}

function unknownKey(path: Path, document: unknown): DocumentFix[] {
  const key = String(path.at(-1));
  const container = path.slice(0, -1);
  const value = valueAt(document, path);
  const {meant} = describeUnknownKey(key, container, document);
  const remove = removeKey(path);
  if (meant === undefined || Object.hasOwn(valueAt(document, container) as object, meant)) return [remove];
  const converted = convertedValue(key, value);
  const rename = {kind: 'renameKey' as const, path, key: meant};
  if (converted === undefined) return [{title: `Rename to "${meant}"`, edits: [rename]}, remove];
  const title = `Write "${meant}": ${converted}`;
  return [{title, edits: [rename, {kind: 'set', path, value: converted}]}, remove];
}

/** Where another library's key means another number: the share kept, H2O's bound of the squared norm. */
function convertedValue(key: string, value: unknown): number | undefined {
  if (typeof value !== 'number') return undefined;
  const plain = withoutStyle(key);
  const figures = (number: number) => Number(number.toPrecision(12));
  if (plain.startsWith('keep') || plain === 'kept' || plain === 'retain') {
    return value > 0 && value <= 1 ? figures(1 - value) : undefined;
  }
  return plain === 'maxw2' && value > 0 ? Number(Math.sqrt(value).toPrecision(4)) : undefined;
}

function missingKey(path: Path, document: unknown): DocumentFix[] {
  const key = String(path.at(-1));
  const schema = schemaAt(path.slice(0, -1), document) ?? {};
  const example = childSchema(schema, key)?.examples?.[0] ?? unionTypes(schema)[0];
  if (example === undefined) return [];
  return [{title: `Add "${key}": ${inline(example)}`, edits: [{kind: 'set', path, value: example}]}];
}

function unknownWord(path: Path, document: unknown): DocumentFix[] {
  const value = valueAt(document, path);
  const schema = schemaAt(path, document) ?? {};
  const types = path.at(-1) === 'type' ? unionTypes(schemaAt(path.slice(0, -1), {}) ?? {}) : [];
  const words = types.length > 0 ? types : (schema.enum ?? schema.oneOf?.find(branch => branch.enum)?.enum ?? []);
  if (typeof value !== 'string') return [];
  const near = closestName(value, words) ?? otherNames(value, words);
  return near === undefined ? [] : [setTo(path, near)];
}

function wrongType(path: Path, value: unknown, schema: Schema): DocumentFix[] {
  if (typeof value === 'string' && (schema.type === 'number' || schema.type === 'integer')) {
    const number = Number(value);
    return value.trim() !== '' && Number.isFinite(number) ? [setTo(path, number)] : [];
  }
  if (typeof value === 'string' && schema.type === 'boolean' && /^(true|false)$/i.test(value)) {
    return [setTo(path, value.toLowerCase() === 'true')];
  }
  if (path[0] === 'tune' && path[1] === 'space' && path.length === 3 && Array.isArray(value) && value.length > 0) {
    return [setTo(path, {values: value})];
  }
  if (typeof value === 'string' && schema.type === 'array') return [setTo(path, [value])];
  const types = unionTypes(schema);
  const type = typeof value === 'string' ? (closestName(value, types) ?? otherNames(value, types)) : undefined;
  return type === undefined ? [] : [setTo(path, type === 'dense' ? {type, units: 60} : {type})];
}

/** Of keys whose bounds are no values of their own, what is usual. */
const USUAL: Readonly<Record<string, number>> = {
  maxNorm: 4,
  clipNorm: 1,
  rate: 0.5,
  momentum: 0.9,
  learningRate: 0.01,
  testShare: 0.2,
  share: 0.1,
};

function outOfRange(path: Path, value: unknown, schema: Schema): DocumentFix[] {
  if (typeof value !== 'number') return [];
  const key = String(path.at(-1));
  if (['rate', 'share', 'testShare'].includes(key) && value >= SMALLEST_PERCENTAGE && value < 100) {
    return [setTo(path, Number((value / 100).toPrecision(12)))];
  }
  const isBelow = value <= (schema.exclusiveMinimum ?? Number.NEGATIVE_INFINITY) || value < (schema.minimum ?? value);
  const bound = isBelow ? schema.minimum : schema.maximum;
  const usual = isBelow && schema.minimum !== undefined ? schema.minimum : (USUAL[key] ?? bound);
  return usual === undefined ? [] : [setTo(path, schema.type === 'integer' ? Math.round(usual) : usual)];
}

function removeItem(path: Path): DocumentFix {
  return {title: 'Remove the repeated name', edits: [{kind: 'remove', path}]};
}
