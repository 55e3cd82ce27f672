/**
 * folds.bin: the outcome of each network and baseline as it ended, one record after the other. It is what an interrupted
 * run goes on from, and where predictions are read from without parsing text. A torn last record is ignored.
 */
import type {NetworkPlace} from '../../schemas/protocol.ts';
import {decodeRecord, encodeRecord, type NumberArray} from '../binaryRecord.ts';
import type {FittedModel, FoldOutcome} from '../experiment/foldTask.ts';
import type {FileSystem} from './fileSystem.ts';
import {readWhole} from './files.ts';

export interface StoredFold {
  /** Of its task in the run. */
  readonly index: number;
  readonly subject: 'variant' | 'baseline';
  readonly place: NetworkPlace;
  /** Lines of the data file of the test rows, from 1, and what stands there: class index, or value. */
  readonly lines: Uint32Array;
  readonly actual: Float64Array;
  readonly outcome: FoldOutcome;
}

export function encodeFold({lines, actual, outcome, ...place}: StoredFold): Uint8Array {
  const {predictions, model, ...facts} = outcome;
  const {parameters, ...fitted} = model ?? {parameters: null};
  return encodeRecord({
    head: {kind: 'fold', ...place, facts, model: model ? fitted : null},
    arrays: {lines, actual, ...(predictions ? {predictions} : {}), ...(parameters ? {parameters} : {})},
  });
}

/** @returns the folds, and the length of the file up to the end of the last whole one */
export function readFolds(fs: FileSystem, path: string): {folds: StoredFold[]; size: number} {
  const bytes = readWhole(fs, path) ?? Buffer.alloc(0);
  const folds: StoredFold[] = [];
  let size = 0;
  for (let record = decodeRecord(bytes); record; record = decodeRecord(bytes, size)) {
    folds.push(foldOf(record.head as FoldHead, record.arrays));
    size = record.end;
  }
  return {folds, size};
}

type FoldHead = Pick<StoredFold, 'index' | 'subject' | 'place'> & {
  readonly facts: Omit<FoldOutcome, 'predictions' | 'model'>;
  readonly model: Omit<FittedModel, 'parameters'> | null;
};

function foldOf({index, subject, place, facts, model}: FoldHead, arrays: {readonly [name: string]: NumberArray}) {
  const {lines, actual, predictions, parameters} = arrays as {
    lines: Uint32Array;
    actual: Float64Array;
    predictions?: Float64Array;
    parameters?: Float64Array;
  };
  const outcome: FoldOutcome = {
    ...facts,
    predictions: predictions ?? null,
    model: model && parameters ? {...model, parameters} : null,
  };
  return {index, subject, place, lines, actual, outcome};
}
