import type {Experiment} from '../experiment/experiment.ts';
import {createDropCounter} from '../watching/dropCounter.ts';
import {trainedNetwork} from '../watching/trainedNetwork.ts';

/** How often each unit of a layer was dropped in the first epochs of the first fold, computed anew from the seed. */
export interface DropFrequency {
  readonly variant: string;
  readonly rate: number;
  readonly epochs: number;
  /** Shares of the rows: of the unit that was dropped least, and of the one that was dropped most. */
  readonly least: number;
  readonly most: number;
  /** Standard deviation that chance gives such a share. */
  readonly sd: number;
}

/** Random words that are drawn for a hover: a few milliseconds. */
const mostWords = 2e6;
const mostEpochs = 20;

/** @returns undefined if no variant drops units of that layer */
export function dropFrequency(experiment: Experiment, layer: string): DropFrequency | undefined {
  for (const {name, network, document} of experiment.variants) {
    const dropping = network.layers.find(each => each.name === layer && 'rate' in each && each.rate > 0);
    // Of these, chance gives shares with another spread, or none.
    if (!dropping || dropping.type === 'gaussianDropout' || dropping.type === 'dropConnect') continue;
    if (('schedule' in dropping && dropping.schedule) || ('mask' in dropping && dropping.mask === 'batch')) continue;
    const trained = trainedNetwork(experiment, {variant: name, repeat: 1, fold: 1});
    const words =
      trained.lines.length * network.layers.reduce((sum, each) => sum + ('rate' in each ? each.inputs : 0), 0);
    const epochs = Math.min(mostEpochs, document.training.epochs, Math.floor(mostWords / Math.max(1, words)));
    if (epochs < 1) return undefined;
    const counter = createDropCounter(trained);
    while (counter.next.epoch <= epochs) counter.countBatch();
    const found = counter.read().find(each => each.layer === layer);
    if (!found || found.draws === 0) return undefined;
    const {rate, draws, counts} = found;
    const [least, most] = [Math.min(...counts) / draws, Math.max(...counts) / draws];
    return {variant: name, rate, epochs, least, most, sd: Math.sqrt((rate * (1 - rate)) / draws)};
  }
  return undefined;
}
