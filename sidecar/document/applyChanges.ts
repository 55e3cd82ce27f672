import {type ChangePath, changePath} from './changePath.ts';
import {copyValue} from './copyValue.ts';
import {isRecord, type Path, startsWith} from './documentPath.ts';
import {quoted} from './documentProblem.ts';
import {schemaAt} from './documentSchema.ts';

/** A dotted path and where it leads. */
export interface Change {
  readonly dotted: string;
  readonly path: Path;
  readonly value: unknown;
}

export interface ChangeProblem {
  readonly code: 'unknown-path' | 'fixed-path' | 'conflicting-paths';
  readonly message: string;
  readonly dotted: string;
  /** What was probably meant. */
  readonly meant?: string;
}

export interface ChangedDocument {
  readonly document: Record<string, unknown>;
  /** Those that took effect; their paths lead into the unchanged document. */
  readonly changes: readonly Change[];
  readonly problems: readonly ChangeProblem[];
  /** Of each layer its index before the change; −1 for layers that came with it. */
  readonly layerOrigins: readonly number[];
}

/**
 * The document with dotted paths set; `null` removes what is there. A change of a type comes first, so that keys of
 * the new type can be set beside it.
 * @param document with the name of every layer; it is not changed
 * @param fixed why a path must not be changed, or undefined where it may
 */
export function applyChanges(
  document: Record<string, unknown>,
  values: Readonly<Record<string, unknown>>,
  fixed: (dotted: string, path: Path | undefined) => string | undefined,
): ChangedDocument {
  const changed = copyValue(document);
  const changes: Change[] = [];
  const problems: ChangeProblem[] = [];
  const layers = Array.isArray(document.layers) ? document.layers : [];
  for (const [dotted, value] of wholesFirst(Object.entries(values))) {
    const reason = fixed(dotted, undefined);
    const found: ChangePath = reason ? {message: reason} : pathIn(dotted, changed, document);
    if ('message' in found) {
      problems.push({code: reason ? 'fixed-path' : 'unknown-path', message: found.message, dotted, meant: found.meant});
      continue;
    }
    const fixedHere = fixed(dotted, found.path);
    const other = changes.find(({path}) => startsWith(path, found.path) || startsWith(found.path, path));
    if (fixedHere) {
      problems.push({code: 'fixed-path', message: fixedHere, dotted});
    } else if (other) {
      problems.push({code: 'conflicting-paths', message: conflict(dotted, found.path, other), dotted});
    } else {
      changes.push({dotted, path: found.path, value});
      setValue(changed, found.path, value);
    }
  }
  const hasNewLayers = changes.some(({path}) => path.length === 1 && path[0] === 'layers');
  const layerOrigins = hasNewLayers ? [] : removeLayers(changed, changes, layers.length);
  return {document: changed, changes, problems, layerOrigins};
}

/** Wholes before their parts, and the type of an object before its other keys. */
function wholesFirst(entries: [string, unknown][]): [string, unknown][] {
  const rank = (dotted: string) => dotted.split('.').length - (dotted.endsWith('.type') ? 0.5 : 0);
  return entries.sort(([a], [b]) => rank(a) - rank(b));
}

/** Layers are looked up by the names before the change, everything else as it is by now. */
function pathIn(dotted: string, changed: Record<string, unknown>, document: Record<string, unknown>): ChangePath {
  const names = Array.isArray(document.layers) ? document.layers : [];
  const layers = names.map((layer: unknown, index) => {
    const now: unknown = Array.isArray(changed.layers) ? changed.layers[index] : undefined;
    return isRecord(now) && isRecord(layer) ? {...now, name: layer.name} : layer;
  });
  return changePath(dotted, {...changed, ...(Array.isArray(document.layers) ? {layers} : {})});
}

function conflict(dotted: string, path: Path, other: Change): string {
  if (path.length === other.path.length)
    return `${quoted(dotted)} and ${quoted(other.dotted)} are the same. Write one.`;
  const [whole, part] = path.length < other.path.length ? [dotted, other.dotted] : [other.dotted, dotted];
  return `${quoted(whole)} is set as a whole and ${quoted(part)} in it too. Write the whole value once.`;
}

function setValue(document: Record<string, unknown>, path: Path, value: unknown): void {
  const last = path.at(-1)!;
  let container: Record<string | number, unknown> = document;
  for (const [depth, step] of path.slice(0, -1).entries()) {
    if (!Object.hasOwn(container, step)) {
      if (value === null) return;
      // What the document leaves out is there all the same, with its default.
      const assumed = schemaAt(path.slice(0, depth + 1), document)?.default;
      assign(container, step, isRecord(assumed) ? copyValue(assumed) : {});
    }
    const next = container[step];
    if (typeof next !== 'object' || next === null) return;
    container = next as Record<string | number, unknown>;
  }
  if (value !== null) {
    const old = container[last];
    const keepsName = typeof last === 'number' && isRecord(value) && isRecord(old) && value.name === undefined;
    assign(container, last, keepsName ? {...value, name: old.name} : copyValue(value));
  } else if (typeof last === 'string') {
    delete container[last];
  }
}

/** Not by assignment: "__proto__" is a name like any other. */
function assign(container: object, key: string | number, value: unknown): void {
  Object.defineProperty(container, key, {value, enumerable: true, writable: true, configurable: true});
}

/** Takes out the layers that were set to null, once nothing is looked up by index any more. */
function removeLayers(document: Record<string, unknown>, changes: readonly Change[], count: number): number[] {
  const removed = new Set(
    changes
      .filter(({path, value}) => value === null && path.length === 2 && path[0] === 'layers')
      .map(({path}) => path[1]),
  );
  const kept = Array.from({length: count}, (_, index) => index).filter(index => !removed.has(index));
  if (removed.size > 0 && Array.isArray(document.layers)) {
    const {layers} = document;
    document.layers = kept.map(index => layers[index] as unknown);
  }
  return kept;
}
