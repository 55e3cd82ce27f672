import type {LearningRateChoice, RangeTest} from '../evaluation/learningRateChoice.ts';
import {alignColumns, printable} from './table.ts';

export interface LearningRateFacts {
  readonly variant: string;
  readonly momentum: number;
  /** The learning rate of the document. */
  readonly present: number;
  /** The document that it was written into. */
  readonly written: string | null;
}

const LINES = 24;
const WIDTH = 40;

/** The smoothed loss over the learning rate, and what to make of it. */
export function learningRateReport(
  {learningRates}: RangeTest,
  {learningRate, lowest, ruinous, smoothed}: LearningRateChoice,
  {variant, momentum, present, written}: LearningRateFacts,
): string {
  const most = 1.5 * smoothed[0]!;
  const rows = Array.from({length: LINES}, (_, line) => {
    const step = Math.round((line / (LINES - 1)) * (learningRates.length - 1));
    const loss = smoothed[step]!;
    const bar = Number.isFinite(loss) ? '█'.repeat(Math.max(1, Math.round((Math.min(loss, most) / most) * WIDTH))) : '';
    return [learningRates[step]!.toPrecision(2), bar, Number.isFinite(loss) ? loss.toPrecision(3) : 'no number'];
  });
  const effective = (rate: number) => `effective step ${Number((rate / (1 - momentum)).toPrecision(2))}`;
  return [
    printable(`Loss of "${variant}" while the learning rate grows from step to step, momentum ${momentum}:`),
    '',
    ...alignColumns([['learning rate', 'loss, smoothed', ''], ...rows], 2),
    '',
    `The loss is lowest at ${lowest.toPrecision(2)}${ruinous === null ? '' : `, and training breaks down from ${ruinous.toPrecision(2)} on`}.`,
    `Begin with ${learningRate} (${effective(learningRate)}); the document has ${present} (${effective(present)}).`,
    ...(written === null ? [] : [printable(`Written into ${written}.`)]),
  ].join('\n');
}
