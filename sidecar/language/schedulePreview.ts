import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import {rateAt} from '../network/rateAt.ts';
import {createSchedule} from '../training/schedule.ts';

const width = 320;
const height = 90;
const margin = 6;

export interface SchedulePreview {
  /** At equal distances from the first to the last epoch. */
  readonly rates: readonly number[];
  /** A picture as an address that Markdown can show. */
  readonly image: string;
}

/**
 * How the learning rate goes over the epochs, drawn. A plateau depends on the loss: it is drawn as if the loss never fell.
 */
export function schedulePreview(training: ResolvedDocument['training']): SchedulePreview {
  return drawn(sampledRates(training));
}

/** How the rate of a layer that drops goes over the epochs, drawn. */
export function ratePreview(layer: Parameters<typeof rateAt>[0], epochs: number): SchedulePreview {
  const count = Math.max(2, Math.min(mostSamples, epochs));
  return drawn(Array.from({length: count}, (_, at) => rateAt(layer, (at / (count - 1)) * (epochs - 1))));
}

function drawn(rates: readonly number[]): SchedulePreview {
  const most = Math.max(...rates, Number.MIN_VALUE);
  const x = (at: number) => margin + (at / (rates.length - 1)) * (width - 2 * margin);
  const y = (rate: number) => height - margin - (rate / most) * (height - 2 * margin);
  const points = rates.map((rate, at) => `${x(at).toFixed(1)},${y(rate).toFixed(1)}`).join(' ');
  // Colours that are seen on light and on dark ground.
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<path d="M${margin} ${margin}V${height - margin}H${width - margin}" fill="none" stroke="#888"/>` +
    `<polyline points="${points}" fill="none" stroke="#3794ff" stroke-width="2"/></svg>`;
  return {rates, image: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`};
}

const mostSamples = 160;

function sampledRates(training: ResolvedDocument['training']): number[] {
  const {epochs, schedule} = training;
  const count = Math.max(2, Math.min(mostSamples, epochs));
  const out = new Float64Array(1);
  // Without steps inside, the warm-up would begin at its first full epoch.
  const running = createSchedule(training);
  const rates: number[] = [];
  let ended = 0;
  for (let at = 0; at < count; at++) {
    const epoch = Math.round((at / (count - 1)) * (epochs - 1));
    if (schedule.type === 'plateau')
      for (; ended < epoch && ended < mostPlateauEpochs; ended++) running.endEpoch(ended, 1);
    running.learningRates(epoch, out);
    rates.push(out[0]!);
  }
  return rates;
}

const mostPlateauEpochs = 20_000;
