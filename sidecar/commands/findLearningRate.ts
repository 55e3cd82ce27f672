import {findLearningRate as find, withLearningRate} from '../answers/findLearningRate.ts';
import {loadExperiment} from '../experiment/loadExperiment.ts';
import {learningRateReport} from '../terminal/learningRateReport.ts';
import {printable} from '../terminal/table.ts';
import {EXIT, UserError} from '../userError.ts';
import {tellProblems} from './tellProblems.ts';
import {terminalFollower} from './terminalFollower.ts';
import {assertWritable, failureOf, writeDocument} from './writeDocument.ts';

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
  if (write) assertWritable(file);
  const overrides = variant === undefined ? {} : {variants: [variant]};
  const {experiment, problems, text} = await loadExperiment(file, overrides, 'training');
  tellProblems(problems, file);
  if (!experiment) return EXIT.wrongInput;
  const follower = terminalFollower();
  try {
    const found = await find(experiment, options, follower);
    if (!found) return EXIT.cancelled;
    const {test, choice, words: _, ...facts} = found;
    // Told even where it cannot be written.
    const failure = write ? failureOf(() => writeDocument(file, text, withLearningRate(text, found), WHAT)) : null;
    const written = write && !failure ? file : null;
    const {smoothed, ...shown} = choice;
    const losses = [...smoothed].map(finiteOrNull);
    follower.dispose();
    console.log(
      json
        ? JSON.stringify({...facts, written, ...shown, learningRates: [...test.learningRates], losses})
        : `${learningRateReport(found, written)}\n${printable(nextWords(file, write))}`,
    );
    if (failure) throw failure;
    return EXIT.done;
  } finally {
    follower.dispose();
  }
}

function nextWords(file: string, write: boolean): string {
  const put = write ? '' : '--write puts it into the document. ';
  return `${put}"mlp improve ${file}" shows what else is advised for a network that drops units.`;
}

const WHAT = 'the learning rate is';

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
