import type {Explanation, StoredRun} from '../../schemas/generated/run.ts';
import {SHOWN} from '../evaluation/metrics.ts';
import type {Experiment} from '../experiment/experiment.ts';
import {loadExperimentText, type Overrides} from '../experiment/loadExperiment.ts';
import {explanationPage} from '../report/explanationPage.ts';
import type {Page} from '../report/page.ts';
import {changeRun} from '../runs/changeRun.ts';
import {documentOf} from '../runs/runFolder.ts';
import {EXIT, UserError} from '../userError.ts';

/**
 * The experiment of one variant of a stored cross-validation, to be explained.
 * @param variant its name; null: the first
 * @throws UserError if the run has none, or its data are not what they were
 */
export async function experimentToExplain(
  directory: string,
  run: StoredRun,
  variant: string | null,
): Promise<Experiment> {
  const {crossValidation, overrides, document, data} = run;
  if (!crossValidation || crossValidation.tuning) {
    throw new UserError('Only a cross-validation can be explained: its test rows are what the answer rests on.');
  }
  const names = run.variants.map(({name}) => name);
  const name = variant ?? names[0]!;
  if (!names.includes(name)) throw new UserError(`The run has no variant "${name}".`, EXIT.wrongUsage);
  const own = {...(overrides as Overrides), variants: [name]};
  const {experiment} = await loadExperimentText(documentOf(directory, run), document.text, own, run.kind);
  if (!experiment || experiment.table.sha256 !== data.sha256) {
    throw new UserError('The data of this run have been changed or moved since: cross-validate again, then explain.');
  }
  return experiment;
}

/** Keeps an explanation with its run, in place of an earlier one of that variant. */
export function storeExplanation(directory: string, explanation: Explanation): void {
  changeRun(directory, run => {
    const others = (run.explanations ?? []).filter(({variant}) => variant !== explanation.variant);
    return {...run, explanations: [...others, explanation]};
  });
}

export function pageOf(explanation: Explanation, {document, data}: Pick<StoredRun, 'document' | 'data'>): Page {
  const shown = SHOWN[data.classes === null ? 'regression' : 'classification'];
  return explanationPage(explanation, document.name, shown);
}
