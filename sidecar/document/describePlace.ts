import {isRecord, type Path} from './documentPath.ts';
import {quoted} from './documentProblem.ts';
import {schemaAt, unionTypes} from './documentSchema.ts';

/** What a message calls the value at a path: `rate`, `layer 2`, `column "age"`. */
export function nameOfValue(path: Path): string {
  const name = path.at(-1);
  if (name === undefined) return 'The document';
  const container = path.slice(0, -1).join('.');
  if (container === 'layers') return `Layer ${Number(name) + 1}`;
  if (typeof name === 'number') return `Entry ${name + 1} of ${path.at(-2)}`;
  if (container === 'data.columns') return `Column ${quoted(name)}`;
  if (container === 'variants') return `Variant ${quoted(name)}`;
  if (container === 'training.classWeights') return `The weight of class ${quoted(name)}`;
  return name;
}

/** What a message calls the object at a path that has or needs keys: `a dense layer`, `training.optimizer`. */
export function nameOfObject(path: Path, value: unknown, document: unknown): string {
  if (path.length === 0) return 'the document';
  const type = isRecord(value) && typeof value.type === 'string' ? value.type : undefined;
  const union = unionTypes(schemaAt(path, {}) ?? {});
  if (union.length > 0) {
    const kind = path[0] === 'layers' ? 'layer' : String(path.at(-1));
    return type !== undefined && union.includes(type) ? withArticle(`${type} ${kind}`) : withArticle(kind);
  }
  if (path[0] === 'data' && path[1] === 'columns' && path.length === 3) return `column ${quoted(String(path[2]))}`;
  return schemaAt(path, document) ? path.join('.') : nameOfValue(path);
}

/** A name of an object at the start of a sentence; keys stay as they are written. */
export function atStart(name: string): string {
  return name.includes(' ') ? name.charAt(0).toUpperCase() + name.slice(1) : name;
}

export function layerTypes(): string[] {
  return unionTypes(schemaAt(['layers', 0], {}) ?? {});
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}
