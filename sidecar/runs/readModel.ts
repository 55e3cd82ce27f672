import {readFileSync, statSync} from 'node:fs';
import type {DataSection} from '../data/dataFile.ts';
import type {Encoder} from '../data/encoder.ts';
import type {TargetScale} from '../data/target.ts';
import {readSafetensors, type SafetensorsFile} from '../export/readSafetensors.ts';
import type {NetworkPlan} from '../network/plan.ts';
import {tensorLayout} from '../network/tensors.ts';
import {EXIT, UserError} from '../userError.ts';

/** A trained network as it was stored, with all that is needed to predict. */
export interface StoredModel {
  readonly path: string;
  readonly variant: string;
  readonly network: NetworkPlan;
  readonly parameters: Float64Array;
  readonly encoder: Encoder;
  readonly target:
    | {readonly name: string; readonly task: 'classification'; readonly classes: readonly string[]}
    | {readonly name: string; readonly task: 'regression'; readonly scale: TargetScale};
  /** How its data were read; undefined in files that do not tell. */
  readonly reading?: DataReading;
}

/** What a document says of the form of its data, not of its columns. */
export type DataReading = Pick<DataSection, 'delimiter' | 'header' | 'encoding' | 'missing'>;

/**
 * Rows that a network predicts together. Fixed, since the masks of sampled predictions follow from the place of a row in
 * its block: the same seed gives the same samples on every machine.
 */
const BLOCK_ROWS = 64;

/** @throws UserError if the file is none that `mlp train` or `mlp cv --keep-models` wrote */
export function readModel(path: string): StoredModel {
  const file = parsed(path, readBytes(path));
  const text = file.metadata['mlp-lab'];
  if (text === undefined) throw notAModel(path, 'it holds tensors, but not what MLP Lab stores beside them');
  try {
    const {version, variant, network, encoder, target, reading} = JSON.parse(text);
    if (version !== 1) throw notAModel(path, `its version is ${version}, and this MLP Lab reads version 1`);
    // Training is over: there is no optimizer.
    const untrained = {optimizer: {type: 'sgd', nesterov: false, weightDecay: 0}, clipNorm: null} as const;
    const plan: NetworkPlan = {...network, ...untrained, batchSize: BLOCK_ROWS};
    return {path, variant, network: plan, parameters: parametersOf(plan, file), encoder, target, reading};
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw notAModel(path, 'what it says of its network does not fit its tensors', error);
  }
}

function readBytes(path: string): Uint8Array {
  try {
    if (!statSync(path).isFile()) throw new UserError(`${path} is not a file.`, EXIT.wrongUsage);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const isThere = error instanceof Error && 'code' in error && error.code !== 'ENOENT';
    throw new UserError(`${path} ${isThere ? 'cannot be read' : 'does not exist'}.`, EXIT.wrongInput, {cause: error});
  }
}

function parsed(path: string, bytes: Uint8Array): SafetensorsFile {
  try {
    return readSafetensors(bytes);
  } catch (error) {
    throw notAModel(path, error instanceof RangeError ? error.message : 'its header is damaged', error);
  }
}

function parametersOf(plan: NetworkPlan, {tensors}: SafetensorsFile): Float64Array {
  const layout = tensorLayout(plan);
  const parameters = new Float64Array(layout.reduce((sum, {length}) => sum + length, 0));
  for (const {layerName, name, offset, length} of layout) {
    const values = tensors.get(`${layerName}.${name}`)?.values;
    if (values?.length !== length) throw new RangeError(`${layerName}.${name} must be ${length} numbers`);
    parameters.set(values, offset);
  }
  return parameters;
}

function notAModel(path: string, reason: string, cause?: unknown): UserError {
  return new UserError(`${path} is no model of MLP Lab: ${reason}.`, undefined, {cause});
}
