import type {NetworkPlace} from '../../schemas/protocol.ts';
import type {Panel} from '../panel.ts';
import {isSameNetwork, type ShownRun} from '../run/shownRun.ts';
import {h} from '../ui/dom.ts';
import {short} from '../ui/format.ts';
import * as kit from '../ui/kit.ts';

/** The network that the tabs Network, Layers and Decision surface show: the chosen one, else one that trains now. */
export function shownNetwork({run, view}: Pick<Panel, 'run' | 'view'>): NetworkPlace | null {
  const {place} = view;
  if (place && run.variantNames.includes(place.variant)) return place;
  return trainingNetwork(run) ?? firstNetwork(run);
}

/** Of those in training: the one whose masks came last, so that the picture does not jump; else the newest. */
function trainingNetwork(run: ShownRun): NetworkPlace | null {
  if (!run.isLive) return null;
  const training = [...run.networks.values()].filter(({ended}) => ended === null);
  const {masks} = run;
  const watched = masks ? training.find(({place}) => isSameNetwork(place, masks)) : undefined;
  return (watched ?? training.find(({place}) => drops(run, place)) ?? training[0])?.place ?? null;
}

function firstNetwork(run: ShownRun): NetworkPlace | null {
  const all = [...run.networks.values()];
  return (all.find(({place}) => drops(run, place)) ?? all[0])?.place ?? null;
}

/** A variant without dropout has nothing to show here: one that drops is chosen first. */
function drops(run: ShownRun, {variant}: NetworkPlace): boolean {
  const stored = run.stored.variants.find(({name}) => name === variant);
  const {layers = []} = (stored?.document ?? {}) as {layers?: readonly {rate?: number}[]};
  return layers.some(({rate = 0}) => rate > 0);
}

export interface NetworkChooser {
  readonly element: HTMLElement;
  update(panel: Panel, shown: NetworkPlace | null): void;
}

/** Two lists: variant, and fold. */
export function networkChooser(panel: Panel): NetworkChooser {
  let current: NetworkPlace | null = null;
  const choose = (change: Partial<NetworkPlace>) => {
    if (current) panel.changeView({place: {...current, ...change}});
  };
  const variants = kit.choice<string>('Variant', variant => choose({variant}));
  const folds = kit.choice<string>('Fold', value => {
    const [repeat = 1, fold = 1] = value.split('/').map(Number);
    choose({repeat, fold});
  });
  return {
    element: h('span', {class: 'group'}, variants.element, folds.element),
    update({run}, shown) {
      current = shown;
      if (!shown) return;
      variants.set(variantOptions(run), shown.variant);
      const places = run.networksOf(shown.variant).map(({place}) => place);
      if (!places.some(place => isSameNetwork(place, shown))) places.push(shown);
      folds.set(
        places.map(place => ({value: `${place.repeat}/${place.fold}`, label: foldName(place, run)})),
        `${shown.repeat}/${shown.fold}`,
      );
    },
  };
}

/** The variants of a run, to choose from. */
export function variantOptions(run: ShownRun) {
  return run.variantNames.map(value => ({value, label: short(value, 40)}));
}

export function foldName({repeat, fold}: Pick<NetworkPlace, 'repeat' | 'fold'>, run: ShownRun): string {
  if (fold === 0) return 'all rows';
  const hasRepeats = [...run.networks.values()].some(({place}) => place.repeat > 1);
  return hasRepeats ? `fold ${fold} of repeat ${repeat}` : `fold ${fold}`;
}
