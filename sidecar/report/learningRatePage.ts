import type {LearningRateChoice, RangeTest} from '../evaluation/learningRateChoice.ts';
import {list, type Page, paragraph} from './page.ts';
import {at, axes, colour, INK, line, type Picture, picture, scale, text, WIDTH} from './svg.ts';

export interface LearningRateFound {
  readonly variant: string;
  readonly test: RangeTest;
  readonly choice: LearningRateChoice;
  readonly words: readonly string[];
}

/** What a range test saw, and what to make of it. */
export function learningRatePage({variant, test, choice, words}: LearningRateFound, document: string): Page {
  const about =
    'One network is trained on all rows while its learning rate grows from step to step, with its own momentum and its own dropout. A tenth of the learning rate at which the smoothed loss is lowest is a good start (Smith 2017).';
  const parts = [list(words), lossPicture(test, choice), paragraph(about)];
  return {title: `${document}: learning-rate range test of "${variant}"`, sections: [{title: 'In words', parts}]};
}

function lossPicture({learningRates}: RangeTest, {smoothed, learningRate, lowest}: LearningRateChoice): Picture {
  const [left, right, bottom] = [60, WIDTH - 24, 220];
  // What is far above the beginning is ruin, however far.
  const most = 1.5 * smoothed[0]!;
  const seen = [...smoothed].flatMap((loss, step) => (loss <= most ? [{rate: learningRates[step]!, loss}] : []));
  const tens = scale([Math.log10(learningRates[0]!), Math.log10(learningRates.at(-1)!)], left, right, 10);
  const ticks = tens.ticks.filter(Number.isInteger);
  const x = Object.assign((value: number) => tens(value), {ticks});
  const y = scale([0, ...seen.map(({loss}) => loss)], bottom, 6);
  const place = (rate: number) => x(Math.log10(rate));
  const path = `M${seen.map(({rate, loss}) => `${at(place(rate))} ${at(y(loss))}`).join('L')}`;
  const mark = (rate: number, words: string, top: number) =>
    `${line(`M${at(place(rate))} ${top}V${bottom}`, INK, 'stroke-dasharray="4 3"')}${text(place(rate) - 6, top + 10, words, 'end')}`;
  const frame = axes(
    {x, y, left, right, bottom},
    {x: 'learning rate'},
    {x: tick => String(Number((10 ** tick).toPrecision(1))), y: String},
  );
  return picture(
    bottom + 42,
    [
      ...frame,
      line(path, colour(0), 'stroke-width="2"'),
      mark(learningRate, `begin with ${learningRate}`, 4),
      mark(lowest, 'lowest', 20),
    ],
    'Smoothed loss while the learning rate grows from step to step',
  );
}
