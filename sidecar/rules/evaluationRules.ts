import {removeKey, setTo} from '../document/commonFixes.ts';
import {isRecord, valueAt} from '../document/documentPath.ts';
import {droppingLayers, figure} from './layers.ts';
import type {Rule, RuleSubject} from './rule.ts';

export const evaluationRules: readonly Rule[] = [
  {
    code: 'unstratified-classes',
    severity: 'warning',
    title: 'Classes, and folds that are not stratified',
    reason:
      'Without stratification the share of each class differs from fold to fold by chance, and with it what a fold can score. Stratified folds have a smaller spread and less bias.',
    source: 'Kohavi 1995, IJCAI 14:1137–1143',
    needs: 'document',
    check: ({document: {data, evaluation}, data: facts}) => {
      const isClasses = (facts?.target.task ?? data.task) === 'classification';
      if (!isClasses || evaluation.stratified || evaluation.method === 'timeOrdered') return [];
      const path = ['evaluation', 'stratified'];
      const message = 'The folds are not stratified, so the share of each class varies between them by chance.';
      return [{message, path, fixes: [removeKey(path)]}];
    },
  },
  {
    code: 'single-repeat',
    severity: 'information',
    title: 'One cross-validation of few rows',
    reason:
      'On few rows the mean of one k-fold cross-validation depends on how the rows fell into folds: on the 208 rows of Sonar it moves by one to two points of accuracy with the seed. The mean over ten repeats moves by a third of that.',
    source: 'Bouckaert and Frank 2004, PAKDD, LNAI 3056:3–12; measured on Sonar',
    needs: 'data',
    check: ({document: {evaluation}, data, thresholds}) => {
      const {method, repeats, shuffle, timeBy} = evaluation;
      if (!data || method !== 'kFold' || repeats > 1 || !shuffle || timeBy !== undefined) return [];
      if (data.rows >= thresholds.fewRows) return [];
      const message = `With ${data.rows} rows, the mean of one ${evaluation.folds}-fold cross-validation moves by a point or two with the seed. Set repeats to 10 for a result to report.`;
      const path = ['evaluation', 'repeats'];
      return [{message, path, at: 'key', fixes: [setTo(path, 10)]}];
    },
  },
  {
    code: 'samples-without-dropout',
    severity: 'warning',
    title: 'Samples, and nothing that is dropped',
    reason:
      'Samples differ by what is dropped. Without dropout all of them are the plain prediction, so they are not drawn.',
    source: 'Gal and Ghahramani 2016, ICML, arXiv 1506.02142',
    needs: 'document',
    check: ({document: {evaluation}, variants}) => {
      if (evaluation.samples === undefined || variants.some(dropsAnything)) return [];
      const path = ['evaluation', 'samples'];
      const message =
        'No variant drops anything, so samples are all alike and nothing is sampled. Remove it, or add dropout.';
      return [{message, path, at: 'key', fixes: [removeKey(path)]}];
    },
  },
  {
    code: 'few-samples',
    severity: 'warning',
    title: 'A mean of few samples',
    reason:
      'The mean of T samples has a standard error of 1/√T of their spread, and the spread of a probability is at most a half. What is scored with few samples is partly the chance of their masks, and their spread, the doubt of a row, is known even less well.',
    source: 'Gal and Ghahramani 2016, ICML, arXiv 1506.02142',
    needs: 'document',
    check: ({document: {evaluation}, variants, thresholds}) => {
      const {samples} = evaluation;
      if (samples === undefined || samples >= thresholds.fewestSamples) return [];
      // Where nothing drops, `samples-without-dropout` says that more of them are of no use either.
      if (!variants.some(dropsAnything)) return [];
      const enough = Math.ceil(Math.max(100, thresholds.fewestSamples));
      const error = 1 / Math.sqrt(samples);
      const message = `The mean of ${samples} samples has a standard error of ${figure(100 * error)} % of their spread: near a probability of 0.5 up to ${figure(error / 2)}. Use ${enough}.`;
      const path = ['evaluation', 'samples'];
      return [{message, path, fixes: [setTo(path, enough)]}];
    },
  },
  {
    code: 'untested-choice',
    severity: 'warning',
    title: 'Settings are chosen, and the choice is not tested',
    reason:
      'The best of many settings is partly the luckiest, so its score on the folds that chose it is too good. A nested cross-validation makes the choice anew within each training part and tests it on rows that had no say.',
    source: 'Cawley and Talbot 2010, JMLR 11:2079–2107; Varma and Simon 2006, BMC Bioinformatics 7:91',
    needs: 'document',
    check: ({parsed}) => {
      const path = ['tune', 'innerFolds'];
      if (valueAt(parsed.value, path) !== 0) return [];
      const space = valueAt(parsed.value, ['tune', 'space']);
      const paths = isRecord(space) ? Object.keys(space).length : 0;
      const message = `innerFolds is 0, so the score of the best setting of ${paths} ${paths === 1 ? 'path' : 'paths'} is that of the folds that chose it: too good. Use 3 to 5.`;
      return [{message, path, fixes: [removeKey(path), setTo(path, 5)]}];
    },
  },
  {
    code: 'small-test-part',
    severity: 'warning',
    title: 'A holdout that tests few rows',
    reason:
      'The standard error of an accuracy a on n rows is √(a(1 − a)/n): with 30 rows and an accuracy of 0.85 about 6.5 points. Folds test every row.',
    source: 'Binomial distribution',
    needs: 'data',
    check: ({document: {evaluation}, data, thresholds}) => {
      if (!data || evaluation.method !== 'holdout') return [];
      const tested = Math.round(data.rows * evaluation.testShare);
      if (tested >= thresholds.fewestTestRows) return [];
      const path = ['evaluation', 'testShare'];
      const error =
        data.target.task === 'classification'
          ? `: the standard error of an accuracy near 0.85 is ${figure(100 * Math.sqrt((0.85 * 0.15) / Math.max(1, tested)))} points`
          : '';
      const message = `Only ${tested} of ${data.rows} rows are tested${error}. Use "kFold", which tests every row.`;
      const fixes = [
        {
          title: 'Use k-fold cross-validation',
          edits: [
            {kind: 'set' as const, path: ['evaluation', 'method'], value: 'kFold'},
            {kind: 'remove' as const, path},
          ],
        },
      ];
      // Where the share is the default, there is no key to take out.
      const isWritten = (edit: {kind: string; path: readonly (string | number)[]}) =>
        edit.kind !== 'remove' || evaluation.testShare !== 0.2;
      return [{message, path, fixes: fixes.map(fix => ({...fix, edits: fix.edits.filter(isWritten)}))}];
    },
  },
];

function dropsAnything({document}: RuleSubject['variants'][number]): boolean {
  return droppingLayers(document).length > 0 || document.layers.some(({type}) => type === 'concreteDropout');
}
