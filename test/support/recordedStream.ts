import {readFileSync} from 'node:fs';
import type {RunEvent} from '../../schemas/generated/event.ts';
import type {StoredRun} from '../../schemas/generated/run.ts';
import type {FoldPredictions, Machine, Notifications, RunState, RunSummary} from '../../schemas/protocol.ts';

/** All that a client saw of one run: `node scripts/recordStream.ts` writes it. */
export interface RecordedStream {
  readonly machine: Machine;
  /** When the client attached: paused before the first batch. */
  readonly state: RunState;
  readonly messages: ReadonlyArray<
    {
      [M in keyof Notifications]: {
        /** Milliseconds since the recording began. */
        readonly at: number;
        readonly method: M;
        readonly params: Notifications[M];
      };
    }[keyof Notifications]
  >;
  /** What the store had in the end. */
  readonly run: StoredRun;
  readonly runs: readonly RunSummary[];
  readonly events: readonly RunEvent[];
  readonly predictions: readonly FoldPredictions[];
}

const TYPES = {Uint8Array, Uint32Array, Float32Array, Float64Array};

/** For JSON.stringify: typed arrays as their name and their values. */
export function encodeTyped(_key: string, value: unknown): unknown {
  const name = Object.keys(TYPES).find(one => value instanceof TYPES[one as keyof typeof TYPES]);
  if (name === undefined) return value;
  // NaN and infinities are no JSON: they become null.
  const digits =
    name === 'Float32Array' ? (number: number) => Number(number.toPrecision(7)) : (number: number) => number;
  return {typed: name, values: Array.from(value as Float64Array, digits)};
}

export function decodeTyped(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('typed' in value)) return value;
  const {typed, values} = value as unknown as {typed: keyof typeof TYPES; values: (number | null)[]};
  return TYPES[typed].from(values.map(number => number ?? Number.NaN));
}

export function readStream(path: string | URL): RecordedStream {
  return JSON.parse(readFileSync(path, 'utf8'), decodeTyped) as RecordedStream;
}
