import {statSync} from 'node:fs';
import {basename, dirname, isAbsolute, join} from 'node:path';
import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import {type CountedFile, countFile, profileOf} from '../data/profile.ts';
import {readTable} from '../data/readTable.ts';
import {planTarget} from '../data/target.ts';
import type {ReadTable} from '../experiment/loadExperiment.ts';

/** Rows of files up to here are kept in memory, so that rules can look at them while someone types. */
export const LARGEST_KEPT = {byteLength: 20e6, rows: 50_000};

/** What was read of data files, so that typing in a document reads nothing. Files are known by place, time and size. */
export interface DataCache {
  /** @throws DataError if the file cannot be read */
  count(documentPath: string, base: ResolvedDocument): Promise<CountedFile>;
  /** Only of files that are not too large to be kept. @throws DataError as `readTable` and `planTarget` do */
  read(documentPath: string, base: ResolvedDocument): Promise<ReadTable>;
  /** Ends what is being read. */
  dispose(): void;
}

export function createDataCache(): DataCache {
  const counted = new Map<string, Promise<CountedFile>>();
  const tables = new Map<string, Promise<ReadTable>>();
  const stop = new AbortController();

  const count: DataCache['count'] = (documentPath, {data}) => {
    const path = dataPath(documentPath, data.source);
    const {format, delimiter, header, encoding, missing} = data;
    const key = JSON.stringify([identity(path), data.source, format, delimiter, header, encoding, missing.markers]);
    return remembered(counted, key, () => countFile(path, data, () => {}, stop.signal));
  };
  return {
    count,
    async read(documentPath, base) {
      const {data} = base;
      const {groupBy, timeBy} = base.evaluation;
      const keep = [groupBy, timeBy].filter(name => name !== undefined);
      const path = dataPath(documentPath, data.source);
      const key = JSON.stringify([identity(path), data, keep]);
      return remembered(tables, key, async () => {
        const profile = profileOf(await count(documentPath, base), path, data, keep);
        const table = await readTable(path, data, profile, {keep, signal: stop.signal});
        return {table: {...table, source: basename(data.source)}, target: planTarget(table, data), profile};
      });
    },
    dispose: () => stop.abort(),
  };
}

const mostRemembered = 6;

/** The newest few. What failed is tried again: the file may be there by then. */
function remembered<T>(cache: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = cache.get(key);
  if (known) return known;
  const made = make();
  made.catch(() => cache.delete(key));
  cache.set(key, made);
  const [oldest] = cache.keys();
  if (cache.size > mostRemembered && oldest !== undefined) cache.delete(oldest);
  return made;
}

/** Not made absolute: messages name the file as the user would. */
export function dataPath(documentPath: string, source: string): string {
  return isAbsolute(source) ? source : join(dirname(documentPath), source);
}

function identity(path: string): unknown {
  const found = statSync(path, {throwIfNoEntry: false});
  return found ? [path, found.mtimeMs, found.size] : [path];
}
