/** Keys and list indices from the root of a document. */
export type Path = readonly (string | number)[];

/** The value at a path; undefined where there is none. */
export function valueAt(document: unknown, path: Path): unknown {
  let value = document;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function startsWith(path: Path, start: Path): boolean {
  return start.length <= path.length && start.every((step, at) => step === path[at]);
}
