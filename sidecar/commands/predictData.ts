import {closeSync, openSync, writeSync} from 'node:fs';
import type {Metric} from '../evaluation/metrics.ts';
import {classificationMetrics, regressionMetrics} from '../evaluation/metrics.ts';
import {atTemperature} from '../evaluation/temperature.ts';
import {defaultEngine, engines} from '../network/engines.ts';
import {type LearnedFromFolds, learnFromFolds} from '../prediction/calibrationFrom.ts';
import {calibrationRun} from '../prediction/calibrationRun.ts';
import {leastCertainRows, type Prediction, predictedRow} from '../prediction/predictedRows.ts';
import {predictedRowsFile} from '../prediction/predictedRowsFile.ts';
import {ensembleRows, hasNoise, predictRows, sampleRows} from '../prediction/predictRows.ts';
import {readRowsToPredict} from '../prediction/readRowsToPredict.ts';
import {strangeValues} from '../prediction/strangeValues.ts';
import {writingFile} from '../runs/files.ts';
import {type FoundModels, findModels} from '../runs/findModels.ts';
import type {StoredModel} from '../runs/readModel.ts';
import {predictionReport} from '../terminal/predictionReport.ts';
import {EXIT, UserError} from '../userError.ts';

export interface PredictOptions {
  readonly variant?: string;
  /** Samples with dropout on; none without. */
  readonly samples?: number;
  readonly tolerance: number;
  readonly masks: 'row' | 'shared';
  readonly seed: number;
  /** A cross-validation, or a document, whose out-of-fold predictions calibrate. */
  readonly calibrate?: string;
  readonly coverage: number;
  readonly out?: string;
  readonly json?: boolean;
}

/** `mlp predict MODEL DATA`. @returns the exit code */
export async function predictData(modelPath: string, dataPath: string, options: PredictOptions): Promise<number> {
  const found = findModels(modelPath, options.variant);
  const model = found.models[0]!;
  if (options.samples !== undefined && found.models.length > 1) {
    throw new UserError(
      'An ensemble of folds has its own spread: leave --samples out, or give one model.',
      EXIT.wrongUsage,
    );
  }
  const {table, actual} = await readRowsToPredict(dataPath, model);
  const rows = Uint32Array.from({length: table.rows}, (_, row) => row);
  const learned = learnedFrom(found, options);
  const engine = engines[defaultEngine()];
  const plain = predictRows(model, table, rows, engine);
  const sampled =
    found.models.length > 1
      ? ensembleRows(found.models, table, rows, engine)
      : options.samples === undefined
        ? null
        : samplesOf(model, table, rows, options);
  // Sets and temperatures belong to the kind of prediction that they were learned from: dropout off.
  const averaged = learned && found.models.length === 1 ? plain : (sampled?.mean ?? plain);
  const prediction: Prediction = {
    ...{target: model.target, table, actual, sampled, learned},
    strange: strangeValues(
      found.models.map(({encoder}) => encoder),
      table,
    ),
    predictions: learned?.calibration ? cooled(averaged, model, learned.calibration.temperature) : averaged,
  };
  write(prediction, found, options);
  return EXIT.done;
}

function learnedFrom({models, source}: FoundModels, {calibrate, coverage}: PredictOptions): LearnedFromFolds | null {
  const model = models[0]!;
  const run = calibrate === undefined ? null : calibrationRun(calibrate, model, source?.run ?? null);
  // The models of the folds come with their own out-of-fold predictions.
  const own = source?.run.crossValidation ? {...source, isChecked: true} : null;
  const from = run ?? own;
  return from ? learnFromFolds(from, model, coverage) : null;
}

function samplesOf(model: StoredModel, table: Prediction['table'], rows: Uint32Array, options: PredictOptions) {
  if (!hasNoise(model)) {
    throw new UserError(
      `"${model.variant}" drops nothing, so all samples would be equal: give a model with dropout, or the folds of "mlp cv --keep-models".`,
    );
  }
  const {samples = 0, tolerance, masks, seed} = options;
  const isTerminal = process.stderr.isTTY;
  const summary = sampleRows(
    model,
    table,
    rows,
    engines[defaultEngine()],
    {samples, tolerance, masks, seed},
    (done, widest) => {
      if (isTerminal) process.stderr.write(`\r\u001b[K${done} samples, widest 95 % interval ±${widest.toPrecision(2)}`);
    },
  );
  if (isTerminal) process.stderr.write('\r\u001b[K');
  return summary;
}

function cooled(predictions: Float64Array, {target}: StoredModel, temperature: number): Float64Array {
  return target.task === 'classification'
    ? atTemperature(predictions, target.classes.length, temperature)
    : predictions;
}

function write(prediction: Prediction, {models}: FoundModels, options: PredictOptions): void {
  const {table} = prediction;
  const least = [...leastCertainRows(prediction).subarray(0, 5)].map(row => predictedRow(prediction, row));
  const measured = measuredOn(prediction);
  const facts = {variant: models[0]!.variant, models: models.map(({path}) => path), ...options};
  if (options.out !== undefined) writeRows(options.out, predictedRowsFile(prediction));
  if (options.json) {
    const rows = Array.from({length: table.rows}, (_, row) => predictedRow(prediction, row));
    const {sampled, learned, strange} = prediction;
    console.log(
      JSON.stringify({
        ...{variant: facts.variant, models: facts.models, data: {source: table.source, sha256: table.sha256}},
        ...{samples: sampled?.samples ?? 0, seed: options.seed, calibration: learned, metrics: measured},
        ...{strange, rows},
      }),
    );
    return;
  }
  const report = predictionReport(prediction, facts, measured, least);
  if (options.out !== undefined) console.log(report);
  else {
    for (const part of predictedRowsFile(prediction)) process.stdout.write(part);
    console.error(report);
  }
}

/** Metrics on the rows whose truth the file has; null where it has none. */
function measuredOn({actual, predictions, target}: Prediction): Partial<Record<Metric, number | null>> | null {
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

function writeRows(path: string, parts: Iterable<string>): void {
  writingFile(path, () => {
    const file = openSync(path, 'w');
    for (const part of parts) writeSync(file, part);
    closeSync(file);
  });
}
