import {readdirSync, rmdirSync, rmSync} from 'node:fs';
import {basename, join} from 'node:path';
import type {RunEvent} from '../../schemas/generated/event.ts';
import type {StoredRun} from '../../schemas/generated/run.ts';
import type {FoldPredictions, RunSummary} from '../../schemas/protocol.ts';
import type {Experiment} from '../experiment/experiment.ts';
import {loadExperimentText, type Overrides} from '../experiment/loadExperiment.ts';
import {readEvents} from '../runs/eventsFile.ts';
import {disk} from '../runs/fileSystem.ts';
import {readFolds, type StoredFold} from '../runs/foldsFile.ts';
import {listRunSummaries, readRun} from '../runs/readRun.ts';
import {documentOf, runsDirectory} from '../runs/runFolder.ts';
import {isLocked} from '../runs/runLock.ts';
import {UserError} from '../userError.ts';

/** Runs as their folders have them. */
export interface StoredRuns {
  /** Newest first. @param document path of a document */
  list(document: string): RunSummary[];
  /** @throws UserError if the folder holds no run */
  read(directory: string): StoredRun;
  readEvents(directory: string): RunEvent[];
  /** Of the folds that have ended; none of a run that trained on all rows. */
  readPredictions(directory: string): FoldPredictions[];
  /** @throws UserError if the folder holds no run, or a process writes it */
  delete(directory: string): void;
  /** The experiment of a run, resolved anew. @throws UserError if the data are not those of the run any more */
  loadExperiment(directory: string): Promise<Experiment>;
}

export function createStoredRuns(): StoredRuns {
  // Stepping through the batches of a run asks for its experiment again and again.
  let last: {directory: string; experiment: Promise<Experiment>} | null = null;
  return {
    list: document => listRunSummaries(runsDirectory(document)).runs.filter(run => run.document === basename(document)),
    read: readRun,
    readEvents(directory) {
      readRun(directory);
      return readEvents(disk, join(directory, 'events.jsonl'));
    },
    readPredictions(directory) {
      readRun(directory);
      return readFolds(disk, join(directory, 'folds.bin')).folds.flatMap(predictionsOf);
    },
    delete(directory) {
      readRun(directory);
      if (isLocked(disk, directory)) throw new UserError('This run is still going on: cancel it first.');
      deleteFiles(directory);
    },
    loadExperiment(directory) {
      if (last?.directory !== directory) {
        const experiment = loadAnew(directory);
        last = {directory, experiment};
        experiment.catch(() => {
          // What cannot be loaded now may be later.
          last = null;
        });
      }
      return last!.experiment;
    },
  };
}

/** Everything that MLP Lab writes into the folder of a run. What else lies there is not ours to delete. */
const OURS =
  /^(run\.json|events\.jsonl|folds\.bin|nested\.bin|predictions\.csv|models|checkpoints|report\.(?:html|md)|lock\.\d+|\..*\.new)$/;

function deleteFiles(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (OURS.test(name)) rmSync(join(directory, name), {recursive: true, force: true});
  }
  try {
    rmdirSync(directory);
  } catch {
    // Something of somebody else lies there, and stays.
  }
}

async function loadAnew(directory: string): Promise<Experiment> {
  const run = readRun(directory);
  const path = documentOf(directory, run);
  const {experiment} = await loadExperimentText(path, run.document.text, run.overrides as Overrides, run.kind);
  if (!experiment || experiment.table.sha256 !== run.data.sha256) {
    throw new UserError(
      'The data of this run have been changed or moved since, so its batches cannot be computed anew.',
    );
  }
  return experiment;
}

function predictionsOf({place, lines, actual, outcome}: StoredFold): FoldPredictions[] {
  return outcome.predictions ? [{...place, lines, actual, predictions: outcome.predictions}] : [];
}
