import {atStart, nameOfObject} from './describePlace.ts';
import {type Path, valueAt} from './documentPath.ts';
import {alternatives, inline} from './documentProblem.ts';
import {childSchema, schemaAt, unionTypes} from './documentSchema.ts';

/** @param path of the key that is not there */
export function describeMissingKey(path: Path, document: unknown): {code: string; message: string} {
  const container = path.slice(0, -1);
  const key = String(path.at(-1));
  const schema = schemaAt(container, document) ?? {};
  const needs = atStart(nameOfObject(container, valueAt(document, container), document));
  const types = key === 'type' ? unionTypes(schema) : [];
  if (types.length > 0) {
    return {code: 'missing-key', message: `${needs} needs the key "type": ${alternatives(types)}.`};
  }
  const example = inline(childSchema(schema, key)?.examples?.[0] ?? null);
  const shownExample =
    example === 'null' || example.length > longestExample ? '' : `, for example "${key}": ${example}`;
  return {code: 'missing-key', message: `${needs} needs the key "${key}"${shownExample}.`};
}

const longestExample = 90;
