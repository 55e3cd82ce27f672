import type {Problem} from '../../schemas/problem.ts';
import {describeExperiment, type ExperimentDescription} from '../experiment/describeExperiment.ts';
import {loadExperiment} from '../experiment/loadExperiment.ts';
import {allProblems} from '../rules/allProblems.ts';
import type {RunFacts} from '../rules/rule.ts';
import {runFacts} from '../rules/runFacts.ts';
import {newestResult, storedEvents} from '../runs/newestResult.ts';
import {UserError} from '../userError.ts';
import {folderThresholds} from './folderThresholds.ts';

export interface CheckedFile {
  readonly file: string;
  readonly problems: readonly Problem[];
  /** How it was understood; absent where there is an error. */
  readonly experiment?: ExperimentDescription;
}

/** What `mlp check` and the tool of agents say of a document. */
export async function checkFile(file: string): Promise<CheckedFile> {
  try {
    const loaded = await loadExperiment(file, {});
    const {experiment} = loaded;
    const problems = allProblems(loaded, folderThresholds(file), newestRunFacts(file), newestResult(file, 'training'));
    return {file, problems, ...(experiment ? {experiment: describeExperiment(experiment)} : {})};
  } catch (error) {
    // One document that cannot be read says nothing about the others.
    if (!(error instanceof UserError)) throw error;
    const start = {line: 0, character: 0};
    const problem = {
      code: 'unreadable-document',
      severity: 'error',
      message: error.message,
      range: {start, end: start},
    } as const;
    return {file, problems: [problem]};
  }
}

function newestRunFacts(file: string): RunFacts | undefined {
  const newest = newestResult(file, 'crossValidation');
  return newest && runFacts(newest.run, storedEvents(newest.directory));
}
