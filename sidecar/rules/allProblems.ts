import type {Problem} from '../../schemas/problem.ts';
import {sortProblems} from '../document/documentProblem.ts';
import {withoutSuppressed} from '../document/suppressions.ts';
import type {LoadedExperiment} from '../experiment/loadExperiment.ts';
import {experimentFacts} from './dataFacts.ts';
import {lint} from './lint.ts';
import type {RunFacts} from './rule.ts';
import type {Thresholds} from './thresholds.ts';
import {type StoredTraining, trainedFacts} from './trainedFacts.ts';

/**
 * Everything that is wrong or probably unwise in a document and its data: the same for the command line, a build server
 * and the editor. After an error, the rules go on as far as the rest can be understood.
 */
export function allProblems(
  {checked, experiment, problems, profile}: Omit<LoadedExperiment, 'text'>,
  thresholds: Thresholds,
  run: RunFacts | undefined,
  training: StoredTraining | undefined,
): Problem[] {
  const data = experiment && profile ? experimentFacts(experiment, profile) : new Map();
  const trained = trainedFacts(training, experiment?.table);
  const found = lint(checked.parsed, checked.sound.variants, {thresholds, data, run, trained});
  return withoutSuppressed(checked.parsed, sortProblems([...problems, ...found]));
}
