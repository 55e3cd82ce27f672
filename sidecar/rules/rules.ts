import {dataRules} from './dataRules.ts';
import {dropoutRules} from './dropoutRules.ts';
import {evaluationRules} from './evaluationRules.ts';
import {learnedRateRules} from './learnedRateRules.ts';
import {modelRules} from './modelRules.ts';
import {networkRules} from './networkRules.ts';
import type {Rule} from './rule.ts';
import {runRules} from './runRules.ts';
import {trainingRules} from './trainingRules.ts';

/** All rules, in the order of their page. Their codes never change: they stand in comments of documents. */
export const RULES: readonly Rule[] = [
  ...dropoutRules,
  ...learnedRateRules,
  ...trainingRules,
  ...networkRules,
  ...dataRules,
  ...evaluationRules,
  ...runRules,
  ...modelRules,
];
