import type {LayerState, NetworkPlace} from '../../schemas/protocol.ts';
import {histogramFigure, histogramOverTime, lineOverTime, normFigure} from '../figures/layerFigures.ts';
import type {Panel, Tab} from '../panel.ts';
import {columnOf, type NetworkShape, networkShape} from '../run/networkShape.ts';
import {networkKey} from '../run/shownRun.ts';
import {h} from '../ui/dom.ts';
import {counted, grouped, number, percent, short} from '../ui/format.ts';
import {type TableTwin, tableTwin} from '../ui/tableTwin.ts';
import {watchNetwork} from '../watch.ts';
import {networkChooser, shownNetwork} from './networkChooser.ts';
import {pastLayers} from './pastLayers.ts';

/** Figures cost tens of milliseconds: while a run goes on they are drawn this often. */
const REDRAW_EVERY_MS = 1000;
/** Epochs of a network in the past that are looked at. */
const PAST_EPOCHS = 40;

/** What happens inside each layer, epoch by epoch. */
export function layersTab(panel: Panel): Tab {
  const {run} = panel;
  let isVisible = false;
  let drawn = '';
  let drawnAt = 0;
  /** The layer that the page was scrolled to: once, then the page is the reader's. */
  let foundLayer: string | null = null;
  const chooser = networkChooser(panel);
  const sentence = h('p', {class: 'headline'});
  const layers = h('div', {class: 'layers'});
  const element = h('div', {class: 'layers-tab'}, h('div', {class: 'toolbar'}, chooser.element), sentence, layers);
  const twins = new Map<string, TableTwin>();
  const past = pastLayers(panel);

  function draw(place: NetworkPlace): void {
    const shape = networkShape(run.stored, place.variant);
    const known = run.layers.get(networkKey(place));
    const columns = shape.columns.filter(({layer}) => layer !== null && known?.has(layer));
    sentence.textContent =
      columns.length === 0
        ? waitingSentence()
        : `${short(place.variant, 60)} at the end of epoch ${grouped(known!.get(columns[0]!.layer!)!.states.at(-1)!.epoch)}: what the editor's hovers say, as figures.`;
    layers.replaceChildren(...columns.map(({layer}) => layerSection(layer!, known!.get(layer!)!.states)));
    findLayer(shape);
  }

  /** Marks the layer that the editor asked for, or the one on whose units it acts. */
  function findLayer(shape: NetworkShape): void {
    const {layer} = panel.view;
    if (layer === null) return;
    const column = shape.columns[columnOf(shape, layer)]?.layer;
    const section = [...layers.children].find(each => (each as HTMLElement).dataset.layer === column);
    section?.setAttribute('aria-current', 'true');
    if (!section || layer === foundLayer) return;
    foundLayer = layer;
    section.scrollIntoView({block: 'start'});
  }

  function waitingSentence(): string {
    const place = shownNetwork(panel);
    const refusal = place ? run.layersRefused.get(networkKey(place)) : undefined;
    if (refusal) return refusal;
    return run.isLive ? 'The layers appear when the watched network ends its next epoch.' : 'Computing the layers …';
  }

  function layerSection(layer: string, states: readonly LayerState[]): HTMLElement {
    const {theme} = panel;
    const newest = states.at(-1)!;
    let twin = twins.get(layer);
    if (!twin) {
      twin = tableTwin(`Layer ${short(layer)}`, () =>
        layerTable(layer, run.layers.get(networkKey(shownNetwork(panel)!))?.get(layer)?.states ?? []),
      );
      twins.set(layer, twin);
    }
    twin.update();
    const over = (pick: (state: LayerState) => number | null) =>
      states.flatMap(state => {
        const value = pick(state);
        return value === null ? [] : [{epoch: state.epoch, value}];
      });
    const gradient = over(state => state.gradientNorm);
    const active = over(state => (state.active ? 100 * mean(state.active) : null));
    return h(
      'section',
      {class: 'layer', 'aria-label': `Layer ${short(layer)}`, 'data-layer': layer},
      h('div', {class: 'figure-head'}, h('h2', {}, h('bdi', {}, short(layer, 60))), twin.button),
      h('p', {class: 'sentence'}, layerSentence(newest)),
      h(
        'div',
        {class: 'small-multiples'},
        newest.weights && small('Weights now', histogramFigure(newest.weights, `Weights of ${short(layer)}`, theme)),
        newest.weights &&
          states.length > 1 &&
          small(
            'Weights over the epochs',
            histogramOverTime(histograms(states, 'weights'), `Weights of ${short(layer)} over the epochs`, theme),
          ),
        newest.outputs && small('Outputs now', histogramFigure(newest.outputs, `Outputs of ${short(layer)}`, theme)),
        newest.outputs &&
          states.length > 1 &&
          small(
            'Outputs over the epochs',
            histogramOverTime(histograms(states, 'outputs'), `Outputs of ${short(layer)} over the epochs`, theme),
          ),
        newest.incomingNorms &&
          small('Incoming norm of each unit', normFigure(newest, theme, `Incoming norms of ${short(layer)}`)),
        gradient.length > 1 &&
          small(
            'Gradient norm',
            lineOverTime(gradient, {
              label: `Gradient norm of ${short(layer)}`,
              theme,
              color: theme.negative,
              percent: false,
            }),
          ),
        active.length > 1 &&
          small(
            'Active units, mean share of rows',
            lineOverTime(active, {
              label: `Active share of ${short(layer)}`,
              theme,
              color: theme.positive,
              percent: true,
            }),
          ),
      ),
      twin.element,
    );
  }

  return {
    element,
    show() {
      isVisible = true;
      drawn = '';
    },
    hide() {
      isVisible = false;
    },
    update() {
      const place = shownNetwork(panel);
      chooser.update(panel, place);
      watchNetwork(panel, isVisible && run.isLive ? place : null, 1);
      if (!place) {
        sentence.textContent = 'No network has been trained yet.';
        return;
      }
      const trained = run.network(place);
      if (trained?.ended) past.ask(place, spreadEpochs(trained.ended.epochs));
      const newest = [...(run.layers.get(networkKey(place))?.values() ?? [])].map(({states}) => states.at(-1)!.epoch);
      const count = [...(run.layers.get(networkKey(place))?.values() ?? [])][0]?.states.length ?? 0;
      const key = JSON.stringify([networkKey(place), newest, count, run.layersRefused.size, panel.theme]);
      if (key === drawn) return;
      const wait = REDRAW_EVERY_MS - (performance.now() - drawnAt);
      if (wait > 0 && drawn !== '' && JSON.parse(drawn)[0] === networkKey(place)) {
        setTimeout(() => panel.redraw(), wait);
        return;
      }
      drawn = key;
      drawnAt = performance.now();
      draw(place);
    },
  };
}

/** Epochs of a whole training, for figures over time: the first and the last, and evenly between. */
function spreadEpochs(epochs: number): number[] {
  const count = Math.min(epochs, PAST_EPOCHS);
  return Array.from({length: count}, (_, i) => Math.round(1 + (i * (epochs - 1)) / Math.max(1, count - 1)));
}

function small(title: string, drawing: Element): HTMLElement {
  return h('figure', {class: 'small'}, h('figcaption', {}, title), drawing);
}

function histograms(states: readonly LayerState[], key: 'weights' | 'outputs') {
  return states.flatMap(state => {
    const histogram = state[key];
    return histogram ? [{epoch: state.epoch, histogram}] : [];
  });
}

function layerSentence({incomingNorms, maxNorm, clippedUnits, gradientNorm, active, deadUnits}: LayerState): string {
  const parts: string[] = [];
  if (active)
    parts.push(
      `A unit is active for ${percent(mean(active), 0)} of the rows in the mean; ${counted(deadUnits, 'unit is', 'units are')} dead.`,
    );
  if (incomingNorms) {
    const largest = incomingNorms.reduce((max, norm) => Math.max(max, norm), 0);
    const bound =
      maxNorm === null
        ? ''
        : ` of at most ${number(maxNorm)}; max-norm bounded ${counted(clippedUnits, 'unit')} in the last update`;
    parts.push(`The largest incoming norm is ${number(largest)}${bound}.`);
  }
  if (gradientNorm !== null) parts.push(`The gradient's norm was ${number(gradientNorm)}.`);
  return parts.join(' ');
}

function layerTable(layer: string, states: readonly LayerState[]) {
  return {
    caption: `${short(layer, 60)}, epoch by epoch.`,
    head: ['Epoch', 'Gradient norm', 'Active share', 'Dead units', 'Largest incoming norm', 'Bounded units'],
    rows: states.map(state => [
      grouped(state.epoch),
      number(state.gradientNorm),
      state.active ? percent(mean(state.active)) : '–',
      grouped(state.deadUnits),
      state.incomingNorms ? number(state.incomingNorms.reduce((max, norm) => Math.max(max, norm), 0)) : '–',
      grouped(state.clippedUnits),
    ]),
  };
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return values.length === 0 ? 0 : sum / values.length;
}
