import {closestName} from '../closestName.ts';
import {columnSettings} from './columnSettings.ts';
import {type DataError, dataError, listed, type NamedFile, quoted} from './dataError.ts';
import type {DataSection} from './dataFile.ts';
import {looksLikeData} from './readDelimited.ts';

/**
 * Checks that the columns which a document names are there.
 * @param names of the file's columns, in order
 * @param keep those of groups and times
 * @throws DataError for the first that is not
 */
export function assertColumns(
  file: NamedFile,
  names: readonly string[],
  data: DataSection,
  keep: readonly string[],
): void {
  const known = new Set(names);
  const assertKnown = (name: string, key: string) => {
    if (!known.has(name)) throw unknownColumn(file, name, names, key, data.header);
  };
  assertKnown(data.target, 'data.target');
  for (const name of [data.target, ...keep]) {
    if (columnSettings(data, name).type !== 'ignore') continue;
    const text = `the type of ${quoted(name)} is "ignore", but it is the target or divides the rows. Remove the type.`;
    throw dataError(file, 'needed-column-ignored', text, {key: `data.columns.${name}.type`});
  }
  for (const name of keep) assertKnown(name, 'evaluation');
  for (const name of data.features ?? []) assertKnown(name, 'data.features');
  for (const name of data.exclude ?? []) assertKnown(name, 'data.exclude');
  for (const name of Object.keys(data.columns)) assertKnown(name, `data.columns.${name}`);
}

function unknownColumn(
  file: NamedFile,
  name: string,
  names: readonly string[],
  key: string,
  hasHeader: boolean,
): DataError {
  const close = closestName(name, names);
  const looksWrong = file.format === 'delimited' && hasHeader && looksLikeData(names);
  const advice = looksWrong
    ? 'The first line looks like a row of data: if it is, set data.header to false, and the columns are called column1, column2, ….'
    : close !== undefined
      ? `Did you mean ${quoted(close)}?`
      : `It has ${listed(names)}.`;
  return dataError(file, 'unknown-column', `the file has no column ${quoted(name)}. ${advice}`, {
    key,
    meant: looksWrong ? undefined : close,
  });
}

/**
 * The columns that are inputs, in the order of the file: those of data.features, or all; without those that are
 * reserved, excluded or ignored.
 * @param reserved target, groups and times
 * @throws DataError if a feature cannot be an input, or if none is left
 */
export function inputColumns(
  file: NamedFile,
  names: readonly string[],
  data: DataSection,
  reserved: readonly string[],
): string[] {
  const notUsed = new Set([...reserved, ...(data.exclude ?? [])]);
  const isIgnored = (name: string) => columnSettings(data, name).type === 'ignore';
  for (const name of data.features ?? []) {
    const reason =
      name === data.target
        ? 'it is the target'
        : reserved.includes(name)
          ? 'it divides the rows (groupBy or timeBy)'
          : data.exclude?.includes(name)
            ? 'it is in data.exclude'
            : isIgnored(name)
              ? 'its type is "ignore"'
              : undefined;
    if (reason === undefined) continue;
    const text = `${quoted(name)} cannot be in data.features: ${reason}. Remove it there.`;
    throw dataError(file, 'not-an-input', text, {key: 'data.features'});
  }
  const wanted = data.features ? new Set(data.features) : undefined;
  const inputs = names.filter(name => (wanted?.has(name) ?? true) && !notUsed.has(name) && !isIgnored(name));
  if (inputs.length > 0) return inputs;
  const others =
    names.length === 1 ? 'The file has no column but the target' : 'All columns but the target are left out';
  throw dataError(file, 'no-inputs', `there is no input. ${others}: a network needs at least one input.`, {
    key: data.exclude && names.length > 1 ? 'data.exclude' : 'data.source',
  });
}
