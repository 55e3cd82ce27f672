/** What the command line answers, too: here for an editor, with the same functions. */
import {existsSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import type {Explanation} from '../../schemas/generated/run.ts';
import type {Cancelled, Followed, PredictedFile, Requests} from '../../schemas/protocol.ts';
import {explainVariant} from '../answers/explainVariant.ts';
import {findLearningRate, USUAL_RANGE, withLearningRate} from '../answers/findLearningRate.ts';
import type {Follower} from '../answers/follower.ts';
import {gateRun} from '../answers/gateRun.ts';
import {improveDocument} from '../answers/improveDocument.ts';
import {leastCertain, predictFile} from '../answers/predictFile.ts';
import {reportRun} from '../answers/reportRun.ts';
import {experimentToExplain, pageOf, storeExplanation} from '../answers/storedExplanation.ts';
import {metrics} from '../evaluation/metrics.ts';
import {verdictSentence} from '../evaluation/verdict.ts';
import {loadExperimentText} from '../experiment/loadExperiment.ts';
import type {PredictedRow} from '../prediction/predictedRows.ts';
import {writePredictedRows} from '../prediction/predictedRowsFile.ts';
import {htmlPage} from '../report/htmlPage.ts';
import {learningRatePage} from '../report/learningRatePage.ts';
import {compareVariants, storedVariants} from '../runs/compareStoredRuns.ts';
import {disk} from '../runs/fileSystem.ts';
import {writeNamedFile} from '../runs/files.ts';
import {documentOf} from '../runs/runFolder.ts';
import {predictionReport} from '../terminal/predictionReport.ts';
import {UserError} from '../userError.ts';
import type {Handlers} from './handlers.ts';
import type {Log} from './log.ts';
import {usualCores} from './machine.ts';
import type {Outbox} from './outbox.ts';
import type {StoredRuns} from './storedRuns.ts';

const CANCELLED: Cancelled = {kind: 'cancelled'};
/** As `mlp explain` has it. */
const SHUFFLES = 10;
/** As `mlp predict` has it. */
const COVERAGE = 0.9;
/** Rows that a list in an editor shows. */
const LISTED_ROWS = 50;

export function createAnswers(storedRuns: StoredRuns, outbox: Outbox, log: Log) {
  const followed = ({answer}: Followed, signal: AbortSignal): Follower => ({
    signal,
    onProgress: (share, words) => outbox.answerProgressed({answer, share, ...(words === undefined ? {} : {words})}),
  });
  return {
    'mlpLab/improveDocument': ({text, name}) => {
      const {improvement, problems} = improveDocument(text, name);
      if (!improvement) return {kind: 'wrongInput', problems};
      return {kind: 'improved', variant: improvement.name, text: improvement.text, reasons: improvement.reasons};
    },
    'mlpLab/findLearningRate': async (params, signal) => {
      const {document, text, variant} = params;
      const overrides = variant === null ? {} : {variants: [variant]};
      const {experiment, problems} = await loadExperimentText(document, text, overrides, 'training');
      if (!experiment) return {kind: 'wrongInput', problems};
      const found = await findLearningRate(experiment, USUAL_RANGE, followed(params, signal));
      if (!found) return CANCELLED;
      const {learningRate} = found.choice;
      return {
        ...{kind: 'found', learningRate, words: found.words, text: withLearningRate(text, found)},
        page: htmlPage(learningRatePage(found, basename(document))),
      };
    },
    'mlpLab/explainRun': async (params, signal) => {
      const {directory, variant} = params;
      const run = storedRuns.read(directory);
      const experiment = await experimentToExplain(directory, run, variant);
      const settings = {shuffles: SHUFFLES, curve: true, workers: usualCores(), lowPriority: true};
      const explanation = await explainVariant(experiment, settings, followed(params, signal));
      if (!explanation) return CANCELLED;
      storeIfPossible(directory, explanation);
      return {kind: 'explained', explanation, page: htmlPage(pageOf(explanation, run))};
    },
    'mlpLab/predictFile': async (params, signal) => (await predict(params, followed(params, signal))) ?? CANCELLED,
    'mlpLab/writeReport': ({directory, format}) => {
      const file = join(directory, format === 'html' ? 'report.html' : 'report.md');
      const text = reportRun({directory, run: storedRuns.read(directory)}, format);
      writeNamedFile(disk, file, text);
      return {file};
    },
    'mlpLab/gateRun': ({directory, baseline}) => {
      const {passed, words} = gateRun(storedRuns.read(directory), storedRuns.read(baseline));
      return {passed, words};
    },
    'mlpLab/compareRuns': ({directories}) => {
      const variants = storedVariants(directories.map(directory => storedRuns.read(directory)));
      const [reference] = variants;
      if (!reference || variants.length < 2) throw new UserError('There is one variant only: choose several runs.');
      const {comparisons, notes} = compareVariants(variants, reference);
      return {
        reference: reference.name,
        comparisons: comparisons.map(comparison => ({
          metric: metrics[comparison.metric].label,
          words: [verdictSentence(comparison), ...comparison.notes],
        })),
        notes,
      };
    },
  } satisfies Partial<Handlers>;

  /** What took minutes is told even where the disk is full, or the run is being written. */
  function storeIfPossible(directory: string, explanation: Explanation): void {
    try {
      storeExplanation(directory, explanation);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      log.warning(`An explanation is told, but not stored with its run: ${error.message}`);
    }
  }

  async function predict(
    {directory, data, variant, samples, calibrated}: Requests['mlpLab/predictFile'][0],
    follower: Follower,
  ): Promise<PredictedFile | null> {
    const calibrate = calibrated ? {calibrate: documentOf(directory, storedRuns.read(directory))} : {};
    const settings = {
      ...{tolerance: 0, masks: 'row' as const, seed: 0, coverage: COVERAGE, ...calibrate},
      ...(variant === null ? {} : {variant}),
      ...(samples === null ? {} : {samples}),
    };
    const predicted = await predictFile(directory, data, settings, follower);
    if (!predicted) return null;
    const {prediction, measured, ...made} = predicted;
    const file = freeName(data);
    writePredictedRows(file, prediction);
    return {
      kind: 'predicted',
      file,
      report: predictionReport(prediction, {...made, masks: 'row', seed: 0, out: basename(file)}, measured, []),
      leastCertain: leastCertain(prediction, LISTED_ROWS).map(row => ({line: row.line, words: rowWords(row)})),
    };
  }
}

/** Beside the data, under their name; nothing is written over. */
function freeName(data: string): string {
  const stem = join(dirname(data), basename(data).replace(/\.[^.]+$/, ''));
  for (let number = 1; ; number++) {
    const path = `${stem}.predicted${number === 1 ? '' : `-${number}`}.csv`;
    if (!existsSync(path)) return path;
  }
}

/** "R, probability 0.512, sd 0.210" */
function rowWords({predicted, probabilities, sd, mutualInformation, set, interval}: PredictedRow): string {
  const digits = (value: number) => Number(value.toPrecision(3)).toString();
  return [
    typeof predicted === 'number' ? digits(predicted) : predicted,
    ...(probabilities ? [`probability ${Math.max(...probabilities).toFixed(3)}`] : []),
    ...(sd === undefined ? [] : [`sd ${digits(sd)}`]),
    ...(mutualInformation === undefined ? [] : [`mutual information ${digits(mutualInformation)}`]),
    ...(set ? [`set ${set.join(' | ') || '–'}`] : []),
    ...(interval ? [`${digits(interval[0])} to ${digits(interval[1])}`] : []),
  ].join(', ');
}
