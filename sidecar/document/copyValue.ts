/** A copy of a value of JSON, many times as fast as `structuredClone`, which looks for everything else, too. */
export function copyValue<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyValue) as T;
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value)) {
    if (key === '__proto__') {
      // Not by assignment: it is a name like any other.
      Object.defineProperty(copy, key, {value: copyValue(each), enumerable: true, writable: true, configurable: true});
    } else copy[key] = copyValue(each);
  }
  return copy as T;
}
