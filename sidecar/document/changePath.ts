import {closestName} from '../closestName.ts';
import {isRecord, type Path, valueAt} from './documentPath.ts';
import {quoted, shown} from './documentProblem.ts';
import {childSchema, documentSchema, namedSchema, placesOfKey, type Schema, schemaOf} from './documentSchema.ts';
import {layerNames} from './layerNames.ts';

/** `meant`: the path that was probably meant. */
export type ChangePath = {readonly path: Path} | {readonly message: string; readonly meant?: string};

/**
 * What a dotted path of a variant addresses. A layer goes by its name; names that hold dots (columns, classes) are
 * matched longest first.
 * @param document with the name of every layer
 */
export function changePath(dotted: string, document: Record<string, unknown>): ChangePath {
  const segments = dotted.split('.');
  const path: (string | number)[] = [];
  let schema: Schema = documentSchema;
  let at = 0;
  while (at < segments.length) {
    const value = valueAt(document, path) ?? (isRecord(schema.default) ? schema.default : undefined);
    const before = segments.slice(0, at).join('.');
    if (value !== undefined && !isRecord(value) && path[0] !== 'layers' && (schema.properties || namedSchema(schema))) {
      return {message: `${quoted(dotted)} cannot be set: ${quoted(before)} is ${shown(value)}. Set it as a whole.`};
    }
    schema = schemaOf(schema, value);
    const rest = segments.slice(at);
    const step = nextStep(schema, value, rest, path, document);
    if (!step) return unknownPath(dotted, segments, at, schema, value, path, document);
    path.push(step.key);
    // In a union whose type is unknown, any key may be right: the check of the result tells.
    schema = childSchema(schema, step.key) ?? {};
    at += step.length;
  }
  return {path};
}

/** The next key of a path and the number of segments that it takes. */
function nextStep(
  schema: Schema,
  value: unknown,
  rest: readonly string[],
  path: Path,
  document: Record<string, unknown>,
): {key: string | number; length: number} | undefined {
  const [first] = rest;
  if (first === undefined) return undefined;
  if (path.length === 1 && path[0] === 'layers') {
    const index = layerNames(document.layers).indexOf(first);
    return index < 0 ? undefined : {key: index, length: 1};
  }
  if (schema.properties && Object.hasOwn(schema.properties, first)) return {key: first, length: 1};
  const named = namedSchema(schema);
  if (named) return namedStep(schemaOf(named, undefined), value, rest);
  return schema.discriminator && isRecord(value) && rest.length === 1 ? {key: first, length: 1} : undefined;
}

function namedStep(named: Schema, value: unknown, rest: readonly string[]): {key: string; length: number} {
  for (let length = rest.length; length > 0; length--) {
    const key = rest.slice(0, length).join('.');
    if (isRecord(value) && Object.hasOwn(value, key)) return {key, length};
  }
  // A name that the document does not have: what is left of the key behind it.
  const length = named.properties && rest.length > 1 ? rest.length - 1 : rest.length;
  return {key: rest.slice(0, length).join('.'), length};
}

function unknownPath(
  dotted: string,
  segments: readonly string[],
  at: number,
  schema: Schema,
  value: unknown,
  path: Path,
  document: Record<string, unknown>,
): {message: string; meant?: string} {
  const unknown = `Unknown path ${quoted(dotted)}`;
  const segment = segments[at]!;
  const before = segments.slice(0, at);
  const isLayer = path.length === 1 && path[0] === 'layers';
  const candidates = isLayer ? layerNames(document.layers) : Object.keys(schema.properties ?? {});
  const near = closestName(segment, candidates);
  if (near) {
    const meant = [...before, near, ...segments.slice(at + 1)].join('.');
    return {message: `${unknown}. Did you mean ${quoted(meant)}?`, meant};
  }
  if (isLayer) {
    const names = candidates.slice(0, mostNames).map(quoted).join(', ');
    const more = candidates.length > mostNames ? ', …' : '';
    const which = names === '' ? 'There are no layers' : `The layers are ${names}${more}`;
    return {message: `${unknown}: there is no layer ${quoted(segment)}. ${which}.`};
  }
  const elsewhere = placesOfKey(segments.at(-1)!).filter(
    ({container}) => !['', 'layers', before.join('.')].includes(container) && !container.includes('NAME'),
  );
  const [only] = elsewhere;
  if (only && elsewhere.length === 1) {
    const meant = `${only.container}.${segments.at(-1)}`;
    return {message: `${unknown}. Did you mean ${quoted(meant)}?`, meant};
  }
  if (candidates.length === 0) return {message: `${unknown}: ${quoted(before.join('.'))} has no keys of its own.`};
  const type = isRecord(value) ? value.type : undefined;
  const owner = before.length === 0 ? 'the document' : quoted(before.join('.'));
  const ofType = typeof type === 'string' ? ` (${type})` : '';
  const keys = candidates
    .filter(key => key !== '$schema')
    .slice(0, mostNames)
    .map(quoted)
    .join(', ');
  return {message: `${unknown}: ${owner}${ofType} knows ${keys}${candidates.length > mostNames ? ', …' : ''}.`};
}

const mostNames = 8;
