import {copyValue} from './copyValue.ts';
import {isRecord, type Path, valueAt} from './documentPath.ts';
import {schemaAt, unionTypes} from './documentSchema.ts';
import {pathOf} from './schemaPath.ts';
import {validateDocument} from './validateDocument.ts';

export interface SoundParts {
  /** Right by the schema, whatever the text was. */
  readonly value: Record<string, unknown>;
  /** Index of the first layer of which not even the width is known; the number of layers if there is none. */
  readonly firstUnknownLayer: number;
}

/**
 * What can still be understood of a document with mistakes, as it is while someone types: what is wrong is left out,
 * and what is missing is taken for the first example that comes to hand. For showing, never for training.
 */
export function soundParts(written: Record<string, unknown>): SoundParts {
  let value = copyValue(written);
  let firstUnknownLayer = Number.POSITIVE_INFINITY;
  const doubt = (path: Path) => {
    if (path[0] === 'layers') firstUnknownLayer = Math.min(firstUnknownLayer, Number(path[1] ?? 0));
  };
  for (let round = 0; round < mostRounds; round++) {
    const {errors} = validateDocument(value);
    if (errors.length === 0) {
      const count = Array.isArray(value.layers) ? value.layers.length : 0;
      return {value, firstUnknownLayer: Math.min(firstUnknownLayer, count)};
    }
    for (const {instancePath, keyword, params} of errors) {
      const path = pathOf(instancePath, value);
      if (keyword === 'additionalProperties') removeAt(value, [...path, String(params.additionalProperty)]);
      else if (keyword === 'required') {
        const missing = [...path, String(params.missingProperty)];
        if (missing.length === 3 && missing[2] !== 'rate') doubt(missing);
        fillIn(value, missing);
      } else if (keyword !== 'oneOf' && keyword !== 'if') {
        if (path.length === 2 || path.at(-1) === 'units' || path.at(-1) === 'type') doubt(path);
        if (path.length === 0) value = {};
        else repair(value, keyword === 'discriminator' ? [...path, 'type'] : path);
      }
    }
  }
  return {value: {...smallest}, firstUnknownLayer: 0};
}

/** A repair may show what was hidden behind the mistake, at most as deep as a document is. */
const mostRounds = 6;
const smallest = {version: 1, data: {source: '?', target: '?'}, layers: []};

function repair(value: Record<string, unknown>, path: Path): void {
  const container = path.slice(0, -1);
  const isRequired = schemaAt(container, value)?.required?.includes(String(path.at(-1))) ?? false;
  if (typeof path.at(-1) === 'number' && container.at(-1) === 'layers') setAt(value, path, {...neutralLayer});
  else if (isRequired) fillIn(value, path);
  else removeAt(value, path);
}

/** A layer that changes nothing keeps the indices of the others. */
const neutralLayer = {type: 'activation', activation: 'linear'};

function fillIn(value: Record<string, unknown>, path: Path): void {
  if (path.length === 1 && path[0] !== 'version') setAt(value, path, copyValue(smallest[path[0] as 'data']));
  else if (path.at(-1) === 'type') {
    const owner = valueAt(value, path.slice(0, -1));
    const types = unionTypes(schemaAt(path.slice(0, -1), {}) ?? {});
    if (path[0] === 'layers') setAt(value, path.slice(0, -1), {...neutralLayer, ...nameOf(owner)});
    else setAt(value, path, types[0]);
  } else if (path[0] === 'data') setAt(value, path, '?');
  else setAt(value, path, schemaAt(path, value)?.examples?.[0] ?? null);
}

function nameOf(layer: unknown): {name?: string} {
  return isRecord(layer) && typeof layer.name === 'string' && /^[^.]+$/.test(layer.name) ? {name: layer.name} : {};
}

function setAt(value: Record<string, unknown>, path: Path, part: unknown): void {
  const container = valueAt(value, path.slice(0, -1));
  if (typeof container !== 'object' || container === null) return;
  Object.defineProperty(container, path.at(-1)!, {value: part, enumerable: true, writable: true, configurable: true});
}

function removeAt(value: Record<string, unknown>, path: Path): void {
  const container = valueAt(value, path.slice(0, -1));
  const last = path.at(-1)!;
  if (Array.isArray(container) && typeof last === 'number') container.splice(last, 1);
  else if (isRecord(container)) delete container[last];
}
