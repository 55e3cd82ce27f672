import {isRecord, valueAt} from '../document/documentPath.ts';
import {parseDocument} from '../document/parseDocument.ts';
import {writeChanges, writeInVariant} from '../document/writeChanges.ts';
import {chooseLearningRate, type LearningRateChoice, type RangeTest} from '../evaluation/learningRateChoice.ts';
import type {Experiment} from '../experiment/experiment.ts';
import {learningRateRange, type RangeOptions} from '../experiment/learningRateRange.ts';
import {turns, unlessCancelled} from '../experiment/turns.ts';
import {chooseEngines} from '../network/engines.ts';
import {EXIT, UserError} from '../userError.ts';
import type {Follower} from './follower.ts';

export interface FoundLearningRate {
  readonly variant: string;
  /** Its type, such as adam. */
  readonly optimizer: string;
  readonly momentum: number;
  /** The learning rate that the variant has. */
  readonly present: number;
  readonly test: RangeTest;
  readonly choice: LearningRateChoice;
  /** What to make of it, each a whole sentence. */
  readonly words: readonly string[];
}

/** As wide as learning rates usually are. */
export const USUAL_RANGE: RangeOptions = {from: 0.00001, to: 10, steps: 300};

/**
 * A learning-rate range test of the first variant of an experiment.
 * @returns null where it was cancelled
 * @throws UserError if no learning rate of the range can be used
 */
export async function findLearningRate(
  experiment: Experiment,
  range: RangeOptions,
  follower: Follower,
): Promise<FoundLearningRate | null> {
  const plan = experiment.variants[0]!;
  const {optimizer, numerics} = plan.document.training;
  const engines = chooseEngines([numerics], undefined);
  const turn = turns(follower);
  const test = await unlessCancelled(follower, () =>
    learningRateRange(experiment, plan, engines, range, share => {
      follower.onProgress(share);
      return turn();
    }),
  );
  if (!test) return null;
  const choice = chooseLearningRate(test);
  if (!choice) {
    throw new UserError(
      `The loss is no number from the first step on: begin with learning rates below ${range.from}.`,
      EXIT.failed,
    );
  }
  const momentum = 'momentum' in optimizer ? optimizer.momentum : 0;
  const facts = {
    variant: plan.name,
    optimizer: optimizer.type,
    momentum,
    present: optimizer.learningRate,
    test,
    choice,
  };
  return {...facts, words: learningRateWords(facts)};
}

const LEARNING_RATE = 'training.optimizer.learningRate';

/**
 * The text of the document with the learning rate, and nothing else changed. It is written into the variant where that has
 * an optimizer of its own: a value of the document would not reach it, and was found for another one.
 */
export function withLearningRate(
  text: string,
  {variant, optimizer, choice}: Pick<FoundLearningRate, 'variant' | 'optimizer'> & {choice: {learningRate: number}},
): string {
  const {learningRate} = choice;
  // An optimizer that is not written is the usual one, and cannot be written without its type.
  const whole = {type: optimizer, learningRate};
  const document = parseDocument(text).value ?? {};
  const written = isRecord(document.variants) ? valueAt(document.variants, [variant]) : undefined;
  const own = isRecord(written) ? written : {};
  // Where a variant sets a whole, a path into it must not be set beside it.
  const place = [['training.optimizer'], ['training', 'optimizer']].find(([key]) => Object.hasOwn(own, key!));
  if (place) {
    return isRecord(valueAt(own, place))
      ? writeInVariant(text, variant, [...place, 'learningRate'], learningRate)
      : writeInVariant(text, variant, place, whole);
  }
  if (Object.keys(own).some(key => key.startsWith('training.optimizer.'))) {
    return writeInVariant(text, variant, [LEARNING_RATE], learningRate);
  }
  const hasOptimizer = isRecord(valueAt(document, ['training', 'optimizer']));
  return writeChanges(text, hasOptimizer ? {[LEARNING_RATE]: learningRate} : {'training.optimizer': whole});
}

function learningRateWords({variant, choice, momentum, present}: Omit<FoundLearningRate, 'words'>): string[] {
  const {learningRate, lowest, ruinous} = choice;
  const effective = (rate: number) => `effective step ${Number((rate / (1 - momentum)).toPrecision(2))}`;
  return [
    `The loss is lowest at ${lowest.toPrecision(2)}${ruinous === null ? '' : `, and training breaks down from ${ruinous.toPrecision(2)} on`}.`,
    `Begin with ${learningRate} (${effective(learningRate)}); "${variant}" has ${present} (${effective(present)}).`,
  ];
}
