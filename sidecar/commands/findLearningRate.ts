import {writeFileSync} from 'node:fs';
import {formatProblem} from '../document/formatProblem.ts';
import {writeChanges} from '../document/writeChanges.ts';
import {chooseLearningRate} from '../evaluation/learningRateChoice.ts';
import {learningRateRange} from '../experiment/learningRateRange.ts';
import {loadExperiment} from '../experiment/loadExperiment.ts';
import {chooseEngines} from '../network/engines.ts';
import {learningRateReport} from '../terminal/learningRateReport.ts';
import {printable} from '../terminal/table.ts';
import {EXIT, UserError} from '../userError.ts';

export interface LearningRateOptions {
  readonly variant?: string;
  readonly from: number;
  readonly to: number;
  readonly steps: number;
  /** Writes the value into the document. */
  readonly write?: boolean;
  readonly json?: boolean;
}

/** `mlp lr FILE`: a learning-rate range test. @returns the exit code */
export async function findLearningRate(file: string, options: LearningRateOptions): Promise<number> {
  const {variant, from, to, write = false, json = false} = options;
  if (from >= to) throw new UserError(`--from must be below --to, got ${from} and ${to}.`, EXIT.wrongUsage);
  const overrides = variant === undefined ? {} : {variants: [variant]};
  const {experiment, problems, text} = await loadExperiment(file, overrides, 'training');
  for (const problem of problems) console.error(printable(formatProblem(problem, file)));
  if (!experiment) return EXIT.wrongInput;

  const plan = experiment.variants[0]!;
  const engines = chooseEngines([plan.document.training.numerics], undefined);
  const test = learningRateRange(experiment, plan, engines, options);
  const choice = chooseLearningRate(test);
  if (!choice) {
    throw new UserError(`The loss is no number from the first step on: begin lower than --from ${from}.`, EXIT.failed);
  }
  const {optimizer} = plan.document.training;
  const momentum = 'momentum' in optimizer ? optimizer.momentum : 0;
  if (write) {
    const path = 'training.optimizer.learningRate';
    writeFileSync(file, writeChanges(text, {[path]: choice.learningRate}));
  }
  const facts = {variant: plan.name, momentum, present: optimizer.learningRate, written: write ? file : null};
  const {smoothed, ...shown} = choice;
  console.log(
    json
      ? JSON.stringify({
          ...facts,
          ...shown,
          learningRates: [...test.learningRates],
          losses: [...smoothed].map(finiteOrNull),
        })
      : learningRateReport(test, choice, facts),
  );
  return EXIT.done;
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
