import {type BinaryRecord, decodeRecord, encodeRecord} from '../binaryRecord.ts';
import type {TrainingState} from './trainingState.ts';

/** Where a training is, as bytes to be stored. Numbers that float32 holds take half the room. */
export function encodeCheckpoint(state: TrainingState): Uint8Array<ArrayBuffer> {
  const {parameters, optimizer, best, losses, schedule, epoch, batch, trainingLoss} = state;
  return encodeRecord({
    // JSON has no NaN and no infinity: as text they come back.
    head: {
      kind: 'checkpoint',
      epoch,
      batch,
      trainingLoss: String(trainingLoss),
      schedule: schedule && {...schedule, best: String(schedule.best)},
      best: best && {epoch: best.epoch, loss: String(best.loss)},
    },
    arrays: {
      parameters: narrowed(parameters),
      optimizer: narrowed(optimizer),
      losses,
      ...(best ? {best: narrowed(best.parameters)} : {}),
    },
  });
}

/** @returns null if the bytes are no whole checkpoint */
export function decodeCheckpoint(bytes: Uint8Array): TrainingState | null {
  const record = decodeRecord(bytes) as (BinaryRecord & {head: CheckpointHead}) | null;
  if (record?.head.kind !== 'checkpoint') return null;
  const {epoch, batch, trainingLoss, schedule, best} = record.head;
  const array = (name: string) => Float64Array.from(record.arrays[name] ?? []);
  return {
    epoch,
    batch,
    parameters: array('parameters'),
    optimizer: array('optimizer'),
    losses: array('losses'),
    trainingLoss: Number(trainingLoss),
    schedule: schedule && {...schedule, best: Number(schedule.best)},
    best: best && {epoch: best.epoch, loss: Number(best.loss), parameters: array('best')},
  };
}

interface CheckpointHead {
  readonly kind: string;
  readonly epoch: number;
  readonly batch: number;
  readonly trainingLoss: string;
  readonly schedule: {readonly learningRate: number; readonly best: string; readonly waited: number} | null;
  readonly best: {readonly epoch: number; readonly loss: string} | null;
}

function narrowed(values: Float64Array): Float32Array | Float64Array {
  const narrow = new Float32Array(values);
  // A loop takes a fifth of the time of `every`, and a large network has millions of them.
  for (let i = 0; i < values.length; i++) if (values[i] !== narrow[i]) return values;
  return narrow;
}
