import {existsSync} from 'node:fs';
import {join} from 'node:path';
import type {StoredRun} from '../../schemas/generated/run.ts';
import {joined} from '../evaluation/calibration.ts';
import {reliability} from '../evaluation/reliability.ts';
import {htmlPage} from '../report/htmlPage.ts';
import {markdownPage} from '../report/markdownPage.ts';
import type {VariantReliability} from '../report/pictures.ts';
import {runReport} from '../report/runReport.ts';
import {readEvents} from '../runs/eventsFile.ts';
import {disk} from '../runs/fileSystem.ts';
import type {FoundRun} from '../runs/findRuns.ts';
import {readPredictions} from '../runs/readPredictions.ts';

export type ReportFormat = 'html' | 'markdown';

/** A stored run as one file that says it all. */
export function reportRun({directory, run}: FoundRun, format: ReportFormat): string {
  const events = readEvents(disk, join(directory, 'events.jsonl'));
  const page = runReport(run, {events, reliability: reliabilityOf(directory, run)});
  return format === 'html' ? htmlPage(page) : markdownPage(page);
}

/** How far the probabilities of each variant hold out of fold; nothing for numbers, and for a run without predictions. */
function reliabilityOf(directory: string, run: StoredRun): VariantReliability[] {
  const {classes} = run.data;
  if (classes === null || !run.crossValidation || !existsSync(join(directory, 'predictions.csv'))) return [];
  const folds = readPredictions(directory, run);
  return run.crossValidation.variants.flatMap(({name}) => {
    const {predictions, actual} = joined(folds.filter(({variant}) => variant === name));
    return actual.length === 0 ? [] : [{name, bins: reliability(predictions, actual, classes.length)}];
  });
}
