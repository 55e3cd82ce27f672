import {isAbsolute} from 'node:path';

/** What the parameters of a request may be. A shape takes what came in and gives it back typed, or says what is wrong. */
export type Shape<T> = (value: unknown, path: string) => T;

/** What came in does not have its shape. The message names the place, what is expected and what was got. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

/** @param most characters */
export function text(most: number): Shape<string> {
  return (value, path) => {
    if (typeof value !== 'string') throw wrong(path, 'text', value);
    if (value.length > most) throw new ShapeError(`${path} must have at most ${most} characters, got ${value.length}`);
    return value;
  };
}

/** Relative paths would depend on where the process happens to have been started. */
export const absolutePath: Shape<string> = (value, path) => {
  const name = text(4096)(value, path);
  if (!isAbsolute(name)) throw new ShapeError(`${path} must be an absolute path`);
  return name;
};

/** An integer from `least` to `most`. */
export function integer(least: number, most: number = 2 ** 31 - 1): Shape<number> {
  return (value, path) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw wrong(path, `an integer from ${least} to ${most}`, value);
  };
}

export function positive(most: number): Shape<number> {
  return (value, path) => {
    if (typeof value === 'number' && value > 0 && value <= most) return value;
    throw wrong(path, `a number above 0, at most ${most}`, value);
  };
}

export const flag: Shape<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw wrong(path, 'true or false', value);
  return value;
};

/** An object of any shape: who takes it looks into it. */
export const record: Shape<Record<string, unknown>> = (value, path) => {
  if (!isPlainObject(value)) throw wrong(path, 'an object', value);
  return value;
};

export function oneOf<const T extends readonly string[]>(...values: T): Shape<T[number]> {
  return (value, path) => {
    if (typeof value === 'string' && values.includes(value)) return value;
    throw wrong(path, values.map(one => `"${one}"`).join(' or '), value);
  };
}

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value, path) => (value === null ? null : shape(value, path));
}

/** @param most elements */
export function list<T>(shape: Shape<T>, most: number, least = 0): Shape<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw wrong(path, 'a list', value);
    if (value.length < least) throw new ShapeError(`${path} must not be empty`);
    if (value.length > most) throw new ShapeError(`${path} must have at most ${most} elements, got ${value.length}`);
    // Array.from also visits the holes of a sparse array, which map leaves out.
    return Array.from(value, (element, i) => shape(element, `${path}[${i}]`));
  };
}

export function pair<T>(shape: Shape<T>): Shape<readonly [T, T]> {
  return (value, path) => {
    const elements = list(shape, 2)(value, path);
    if (elements.length !== 2) throw new ShapeError(`${path} must have 2 elements, got ${elements.length}`);
    return [elements[0]!, elements[1]!];
  };
}

type Shapes = {readonly [key: string]: Shape<unknown>};
type Shaped<S extends Shapes> = {readonly [K in keyof S]: S[K] extends Shape<infer T> ? T : never};

/** An object of these keys and no others. Keys of `optional` may be left out. */
export function object<R extends Shapes, O extends Shapes = Record<never, never>>(
  required: R,
  optional?: O,
): Shape<Shaped<R> & Partial<Shaped<O>>> {
  const shapes = new Map([...Object.entries(required), ...Object.entries(optional ?? {})]);
  return (value, path) => {
    if (!isPlainObject(value)) throw wrong(path, 'an object', value);
    const unknownKey = Object.keys(value).find(key => !shapes.has(key));
    if (unknownKey !== undefined) throw new ShapeError(`${path} has no key ${JSON.stringify(unknownKey.slice(0, 50))}`);
    const result: Record<string, unknown> = {};
    for (const [key, shape] of shapes) {
      if (Object.hasOwn(value, key) && value[key] !== undefined) result[key] = shape(value[key], `${path}.${key}`);
      else if (Object.hasOwn(required, key)) throw new ShapeError(`${path}.${key} is missing`);
    }
    return result as Shaped<R> & Partial<Shaped<O>>;
  };
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** What was got is named by its kind alone: it may be anything, and as long as it likes. */
function wrong(path: string, expected: string, value: unknown): ShapeError {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
  const got = typeof value === 'number' ? String(value) : kind;
  return new ShapeError(`${path} must be ${expected}, got ${got}`);
}
