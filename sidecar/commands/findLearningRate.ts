import {writeFileSync} from 'node:fs';
import {findLearningRate as find, withLearningRate} from '../answers/findLearningRate.ts';
import {formatProblem} from '../document/formatProblem.ts';
import {loadExperiment} from '../experiment/loadExperiment.ts';
import {writingFile} from '../runs/files.ts';
import {learningRateReport} from '../terminal/learningRateReport.ts';
import {printable} from '../terminal/table.ts';
import {EXIT, UserError} from '../userError.ts';
import {terminalFollower} from './terminalFollower.ts';

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
  const follower = terminalFollower();
  try {
    const found = await find(experiment, options, follower);
    if (!found) return EXIT.cancelled;
    const {test, choice, words: _, ...facts} = found;
    if (write) {
      const changed = withLearningRate(text, found);
      writingFile(file, () => writeFileSync(file, changed));
    }
    const written = write ? file : null;
    const {smoothed, ...shown} = choice;
    const losses = [...smoothed].map(finiteOrNull);
    follower.dispose();
    console.log(
      json
        ? JSON.stringify({...facts, written, ...shown, learningRates: [...test.learningRates], losses})
        : learningRateReport(found, written),
    );
    return EXIT.done;
  } finally {
    follower.dispose();
  }
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
