import {readFileSync} from 'node:fs';
import type {StoredRun} from '../../schemas/generated/run.ts';
import {classificationMetrics, type Metric, regressionMetrics} from '../evaluation/metrics.ts';
import type {SampledSummary} from '../evaluation/sampledPredictions.ts';
import {atTemperature} from '../evaluation/temperature.ts';
import {turns, unlessCancelled} from '../experiment/turns.ts';
import {defaultEngine, engines} from '../network/engines.ts';
import {type LearnedFromFolds, learnFromFolds, type SetKind} from '../prediction/calibrationFrom.ts';
import {calibrationRun} from '../prediction/calibrationRun.ts';
import {leastCertainRows, type PredictedRow, type Prediction, predictedRow} from '../prediction/predictedRows.ts';
import {ensembleRows, hasNoise, predictRows, sampleRows} from '../prediction/predictRows.ts';
import {readRowsToPredict} from '../prediction/readRowsToPredict.ts';
import {strangeValues} from '../prediction/strangeValues.ts';
import {type FoundModels, findModels} from '../runs/findModels.ts';
import type {StoredModel} from '../runs/readModel.ts';
import {EXIT, UserError} from '../userError.ts';
import type {Follower} from './follower.ts';

export interface PredictSettings {
  readonly variant?: string;
  /** Samples with dropout on; none without. */
  readonly samples?: number;
  readonly tolerance: number;
  readonly masks: 'row' | 'shared';
  readonly seed: number;
  /** A cross-validation, or a document, whose out-of-fold predictions calibrate. */
  readonly calibrate?: string;
  readonly coverage: number;
  /** Whether sets cover each class by itself, or all rows together. Default: pooled. */
  readonly sets?: SetKind;
}

/** More would tell nothing that is not known by then, and take for ever. */
export const MOST_SAMPLES = 100_000;

export interface PredictedFile {
  readonly prediction: Prediction;
  /** Name of the variant, and the files of its models. */
  readonly variant: string;
  readonly models: readonly string[];
  /** Whether the document, which was given in place of a model, is not the one that was trained. */
  readonly isEdited: boolean;
  /** Metrics on the rows whose truth the file has; null where it has none. */
  readonly measured: Partial<Record<Metric, number | null>> | null;
}

/**
 * Predicts the rows of a data file. @param modelPath see `findModels` @returns null where it was cancelled
 * @throws UserError if the model or the data are not there or do not fit
 */
export async function predictFile(
  modelPath: string,
  dataPath: string,
  settings: PredictSettings,
  follower: Follower,
): Promise<PredictedFile | null> {
  const found = findModels(modelPath, settings.variant);
  const model = found.models[0]!;
  if (settings.samples !== undefined && found.models.length > 1) {
    throw new UserError(
      'An ensemble of folds has its own spread: leave the samples out, or give one model.',
      EXIT.wrongUsage,
    );
  }
  const {table, actual, strange} = await readRowsToPredict(dataPath, model);
  const rows = Uint32Array.from({length: table.rows}, (_, row) => row);
  const learned = learnedFrom(found, settings);
  const engine = engines[defaultEngine()];
  const plain = predictRows(model, table, rows, engine);
  let sampled: SampledSummary | null = null;
  if (found.models.length > 1) sampled = ensembleRows(found.models, table, rows, engine);
  else if (settings.samples !== undefined) {
    sampled = await unlessCancelled(follower, () => samplesOf(model, table, rows, settings, follower));
    if (!sampled) return null;
  }
  // Sets and temperatures belong to the kind of prediction that they were learned from: dropout off.
  const averaged = learned && found.models.length === 1 ? plain : (sampled?.mean ?? plain);
  const prediction: Prediction = {
    ...{target: model.target, table, actual, sampled, learned},
    strange: [
      ...strangeValues(
        found.models.map(({encoder}) => encoder),
        table,
      ),
      ...strange,
    ],
    predictions: learned?.calibration ? cooled(averaged, model, learned.calibration.temperature) : averaged,
  };
  return {
    ...{prediction, variant: model.variant, models: found.models.map(({path}) => path)},
    isEdited: found.source !== null && isEdited(modelPath, found.source.run),
    measured: measuredOn(prediction),
  };
}

function isEdited(path: string, {document}: StoredRun): boolean {
  return path.endsWith('.mlp.json') && readFileSync(path, 'utf8') !== document.text;
}

/** The rows that a person should look at first. */
export function leastCertain(prediction: Prediction, count: number): PredictedRow[] {
  return [...leastCertainRows(prediction).subarray(0, count)].map(row => predictedRow(prediction, row));
}

function learnedFrom(
  {models, source}: FoundModels,
  {calibrate, coverage, sets = 'pooled'}: PredictSettings,
): LearnedFromFolds | null {
  const model = models[0]!;
  const run = calibrate === undefined ? null : calibrationRun(calibrate, model, source?.run ?? null);
  // The models of the folds come with their own out-of-fold predictions.
  const own = source?.run.crossValidation ? {...source, isChecked: true} : null;
  const from = run ?? own;
  return from ? learnFromFolds(from, model, coverage, sets) : null;
}

async function samplesOf(
  model: StoredModel,
  table: Prediction['table'],
  rows: Uint32Array,
  {samples = 0, tolerance, masks, seed}: PredictSettings,
  follower: Follower,
): Promise<SampledSummary> {
  if (!hasNoise(model)) {
    throw new UserError(
      `"${model.variant}" drops nothing, so all samples would be equal: give a model with dropout, or the folds of "mlp cv --keep-models".`,
    );
  }
  const turn = turns(follower);
  const engine = engines[defaultEngine()];
  return sampleRows(model, table, rows, engine, {samples, tolerance, masks, seed}, (done, widest) => {
    const interval = Number.isFinite(widest) ? `, widest 95 % interval ±${widest.toPrecision(2)}` : '';
    follower.onProgress(done / samples, `${done} samples${interval}`);
    return turn();
  });
}

function cooled(predictions: Float64Array, {target}: StoredModel, temperature: number): Float64Array {
  return target.task === 'classification'
    ? atTemperature(predictions, target.classes.length, temperature)
    : predictions;
}

function measuredOn({actual, predictions, target}: Prediction): PredictedFile['measured'] {
  if (!actual) return null;
  const isKnown = (value: number) => (target.task === 'classification' ? value >= 0 : !Number.isNaN(value));
  const rows = Uint32Array.from(actual.keys()).filter(row => isKnown(actual[row]!));
  if (rows.length === 0) return null;
  const truth = Float64Array.from(rows, row => actual[row]!);
  if (target.task === 'regression')
    return regressionMetrics(
      Float64Array.from(rows, row => predictions[row]!),
      truth,
    );
  const columns = target.classes.length === 2 ? 1 : target.classes.length;
  const chosen = Float64Array.from({length: rows.length * columns}, (_, i) => {
    return predictions[rows[Math.floor(i / columns)]! * columns + (i % columns)]!;
  });
  return classificationMetrics(chosen, truth, target.classes.length);
}
