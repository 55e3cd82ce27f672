import {compareVariants, storedVariants} from '../runs/compareStoredRuns.ts';
import {findRun} from '../runs/findRuns.ts';
import {comparisonReport} from '../terminal/comparisonReport.ts';
import {UserError} from '../userError.ts';
import type {Tool} from './tool.ts';

export const compareTool: Tool = {
  name: 'mlp_compare',
  title: 'Compare stored MLP runs',
  description:
    'Compares the variants of stored cross-validations, paired where they share folds, with corrected tests and conclusions in words. Give a document for its newest run, or folders of several runs.',
  inputs: {
    runs: {
      type: 'texts',
      description: 'Paths: .mlp.json documents, which stand for their newest run, or folders of runs.',
      isRequired: true,
    },
  },
  isReadOnly: true,
  async run({runs}, host) {
    const found = (runs as readonly string[]).map(path => findRun(host.resolve(path), 'crossValidation'));
    const variants = storedVariants(found.map(({run}) => run));
    const [reference] = variants;
    if (!reference || variants.length < 2) throw new UserError('There is one variant only: give several runs.');
    const {comparisons, notes} = compareVariants(variants, reference);
    const rows = variants.map(({name, result}) => ({name, summary: result.summary}));
    return comparisonReport(reference.name, rows, comparisons, notes);
  },
};
