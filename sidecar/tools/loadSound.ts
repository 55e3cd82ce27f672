import {formatProblem} from '../document/formatProblem.ts';
import type {Experiment} from '../experiment/experiment.ts';
import {loadExperiment} from '../experiment/loadExperiment.ts';
import {UserError} from '../userError.ts';

/** The experiment of a document. @param variants names; absent: all @throws UserError with every error of the document */
export async function loadSound(file: string, variants?: readonly string[]): Promise<Experiment> {
  const {experiment, problems} = await loadExperiment(file, variants ? {variants} : {});
  if (experiment) return experiment;
  const errors = problems.filter(({severity}) => severity === 'error');
  throw new UserError(errors.map(problem => formatProblem(problem, file)).join('\n'));
}
