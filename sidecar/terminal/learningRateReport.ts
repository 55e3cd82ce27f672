import type {LearningRateChoice, RangeTest} from '../evaluation/learningRateChoice.ts';
import {alignColumns, printable} from './table.ts';

/** What a range test found. */
export interface LearningRateFound {
  readonly variant: string;
  readonly momentum: number;
  readonly test: RangeTest;
  readonly choice: LearningRateChoice;
  /** What to make of it, each a whole sentence. */
  readonly words: readonly string[];
}

const LINES = 24;
const WIDTH = 40;

/** The smoothed loss over the learning rate, and what to make of it. @param written the document that it was written into */
export function learningRateReport(
  {variant, momentum, test: {learningRates}, choice: {smoothed}, words}: LearningRateFound,
  written: string | null,
): string {
  const most = 1.5 * smoothed[0]!;
  const rows = Array.from({length: LINES}, (_, line) => {
    const step = Math.round((line / (LINES - 1)) * (learningRates.length - 1));
    const loss = smoothed[step]!;
    const bar = Number.isFinite(loss) ? '█'.repeat(Math.max(1, Math.round((Math.min(loss, most) / most) * WIDTH))) : '';
    return [learningRates[step]!.toPrecision(2), bar, Number.isFinite(loss) ? loss.toPrecision(3) : 'no number'];
  });
  return [
    printable(`Loss of "${variant}" while the learning rate grows from step to step, momentum ${momentum}:`),
    '',
    ...alignColumns([['learning rate', 'loss, smoothed', ''], ...rows], 2),
    '',
    ...words,
    ...(written === null ? [] : [printable(`Written into ${written}.`)]),
  ].join('\n');
}
