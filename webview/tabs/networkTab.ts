import type {DropCounts, LayerMask, LayerState, Masks, NetworkPlace} from '../../schemas/protocol.ts';
import {type Connection, MOST_CONNECTIONS, strongestConnections, unitConnections} from '../figures/connections.ts';
import {type MarkPlace, markAt, type NetworkLayout, networkLayout, unitsOfMark} from '../figures/networkLayout.ts';
import {type ColumnFrame, drawNetwork, PICTURE_TOP} from '../figures/networkPicture.ts';
import {LatestRequest} from '../latestRequest.ts';
import type {Panel, Tab} from '../panel.ts';
import {describeBatch} from '../run/describeBatch.ts';
import {describeUnit} from '../run/describeUnit.ts';
import {keptShare, keptShares} from '../run/masks.ts';
import {
  type Column,
  columnOf,
  dropsEntirely,
  type NetworkShape,
  networkShape,
  noiseLayers,
} from '../run/networkShape.ts';
import {isSameNetwork, networkKey, trainedEpochs} from '../run/shownRun.ts';
import {unitTable} from '../run/unitTable.ts';
import {createCanvas} from '../ui/canvas.ts';
import {h, setText} from '../ui/dom.ts';
import * as kit from '../ui/kit.ts';
import {tableTwin} from '../ui/tableTwin.ts';
import {wantsLessMotion} from '../ui/theme.ts';
import {shownEpoch} from '../view.ts';
import {watchNetwork} from '../watch.ts';
import {columnLabels} from './columnLabels.ts';
import {dropStrips} from './dropStrips.ts';
import {maskMatrices} from './maskMatrices.ts';
import {networkChooser, shownNetwork} from './networkChooser.ts';
import {networkLegend} from './networkLegend.ts';
import {pastLayers} from './pastLayers.ts';
import {transport} from './transport.ts';

/** Masks a second that the page asks for while it follows the training. */
const LIVE_RATE = 30;
/** Where less motion is asked for: the slowest that the sidecar knows. */
const CALM_RATE = 1;
/** Text that changes with every batch cannot be read: it changes this often. */
const TEXT_EVERY_MS = 250;

/** The network with the units that the shown batch drops, live or at any past batch. */
export function networkTab(panel: Panel): Tab {
  const {host, run} = panel;
  let isVisible = false;
  let past: Masks | null = null;
  let pastCounts: {key: string; counts: readonly DropCounts[]} | null = null;
  let selected: MarkPlace | null = null;
  let shape: NetworkShape | null = null;
  let layout: NetworkLayout | null = null;
  let edges: {key: string; connections: Connection[]} = {key: '', connections: []};
  let textAt = 0;

  const refused = (error: Error) => panel.tell(error.message);
  const maskRequest = new LatestRequest<Masks>(masks => {
    past = masks;
    panel.redraw();
  }, refused);
  const layerRequest = pastLayers(panel);
  const countRequest = new LatestRequest<{key: string; counts: readonly DropCounts[]}>(answer => {
    pastCounts = answer;
    textAt = 0;
    panel.redraw();
  }, refused);

  const chooser = networkChooser(panel);
  const rowChoice = kit.choice<string>('Rows', value =>
    panel.changeView({row: value === 'all' ? null : Number(value)}),
  );
  const pictureChoice = kit.choice<'network' | 'matrix'>('View', picture => panel.changeView({picture}));
  const follow = kit.checkbox({
    label: 'Follow the training',
    checked: panel.view.follow,
    onChange: checked => panel.changeView(checked ? {follow: true, place: null} : {follow: false, ...placeOfShown()}),
  });
  const headline = h('p', {class: 'headline'});
  const labels = h('div', {class: 'column-labels', 'aria-hidden': 'true'});
  const canvas = createCanvas();
  const picture = h(
    'div',
    {
      class: 'network-picture',
      tabindex: '0',
      role: 'application',
      'aria-label': 'The network. Arrow keys go from unit to unit.',
      on: {
        mousemove: event => hover(event),
        mouseleave: () => select(null, false),
        keydown: event => onKey(event),
      },
    },
    canvas.element,
    labels,
  );
  const matrix = maskMatrices();
  const words = h('div', {class: 'words', 'aria-live': 'polite'});
  const strips = h('div', {class: 'strips'});
  const legend = networkLegend();
  const twin = tableTwin('The network', () => unitTable(shape, {batch: masks(), counts: dropCounts(), stateOf}));
  const player = transport(panel, {
    epochs: () => epochCount(),
    batches: () => masks()?.batches ?? past?.batches ?? 1,
    shown: () => shownBatch(),
    isFollowing: () => isFollowing(),
  });
  const side = h('aside', {class: 'inspector', 'aria-label': 'The chosen unit'}, words, strips, legend.element);
  const element = h(
    'div',
    {class: 'network-tab'},
    h(
      'div',
      {class: 'toolbar'},
      chooser.element,
      rowChoice.element,
      pictureChoice.element,
      follow.element,
      h('span', {class: 'spacer'}),
      twin.button,
    ),
    headline,
    h('div', {class: 'network-area'}, h('div', {class: 'network-main'}, picture, matrix.element, player.element), side),
    twin.element,
  );
  new ResizeObserver(() => panel.redraw()).observe(picture);

  function place(): NetworkPlace | null {
    return shownNetwork(panel);
  }

  function isFollowing(): boolean {
    return run.isLive && panel.view.follow;
  }

  function masks(): Masks | null {
    const shown = place();
    if (!shown) return null;
    if (isFollowing()) return run.masks && isSameNetwork(run.masks, shown) ? run.masks : null;
    return past && isSameNetwork(past, shown) ? past : null;
  }

  function shownBatch(): {epoch: number; batch: number} {
    const newest = isFollowing() ? masks() : null;
    return newest ?? {epoch: shownEpoch(panel.view, epochCount()), batch: panel.view.batch};
  }

  function placeOfShown() {
    const newest = masks();
    const shown = place();
    return {place: shown, ...(newest ? {epoch: newest.epoch, batch: newest.batch} : {})};
  }

  function epochCount(): number {
    const shown = place();
    return Math.max(trainedEpochs(shown && run.network(shown)), masks()?.epoch ?? 1);
  }

  /** Asks for what is shown: the newest batches, or the masks of a past one. */
  function ask(): void {
    const shown = place();
    watchNetwork(panel, isVisible && isFollowing() ? shown : null, wantsLessMotion() ? CALM_RATE : LIVE_RATE);
    if (!isVisible || !shown || isFollowing()) return;
    const {directory} = run;
    const epoch = shownEpoch(panel.view, epochCount());
    const {batch} = panel.view;
    maskRequest.ask(`${networkKey(shown)} ${epoch} ${batch}`, () =>
      host.request('mlpLab/readMasks', {directory, ...shown, epoch, batch, layers: null}),
    );
    layerRequest.ask(shown, [epoch]);
    const key = `${networkKey(shown)} ${epoch}`;
    countRequest.ask(key, async () => ({
      key,
      counts: await host.request('mlpLab/readDropCounts', {directory, ...shown, fromEpoch: 1, toEpoch: epoch}),
    }));
  }

  function dropCounts(): readonly DropCounts[] {
    const shown = place();
    if (!shown || !shape) return [];
    if (!isFollowing()) return pastCounts?.key.startsWith(`${networkKey(shown)} `) ? pastCounts.counts : [];
    return noiseLayers(shape).flatMap(({noise}) => run.layerState(shown, noise.layer)?.drops ?? []);
  }

  function draw(): void {
    const shown = place();
    if (!shown) return;
    shape = shape?.variant === shown.variant ? shape : networkShape(run.stored, shown.variant);
    const isMatrix = panel.view.picture === 'matrix' || (wantsLessMotion() && run.isLive);
    picture.hidden = isMatrix;
    matrix.element.hidden = !isMatrix;
    if (isMatrix) matrix.draw(masks(), shape, panel.view.row, panel.theme);
    else drawPicture(shown);
  }

  function drawPicture(shown: NetworkPlace): void {
    const width = picture.clientWidth;
    const height = picture.clientHeight;
    if (width === 0 || !shape) return;
    const isResized = canvas.resize(width, height);
    const isAnother = !layout || labels.dataset.variant !== shown.variant;
    if (isAnother) selected = unitOfChosenLayer(shape);
    if (!layout || isAnother || isResized) layout = networkLayout(shape, width, height, PICTURE_TOP);
    labels.dataset.variant = shown.variant;
    drawNetwork(canvas.context, {
      layout,
      theme: panel.theme,
      columns: shape.columns.map((column, i) => columnFrame(column, i)),
      connections: [...connections(shown), ...selectedConnections(shown)],
      selected,
    });
  }

  function columnFrame(column: Column, index: number): ColumnFrame {
    const batch = masks();
    const own = batch?.layers.filter(mask => column.noise.some(({layer}) => layer === mask.layer)) ?? [];
    const kept = keptShares(own, column.units, panel.view.row);
    const state = stateOf(column);
    const {unitsPerMark} = layout!.columns[index]!;
    const largest = column.maxNorm ?? Math.max(...(state?.incomingNorms ?? [1]));
    return {
      kept: perMark(kept, unitsPerMark),
      active: state?.active ? perMark(state.active, unitsPerMark) : null,
      norm:
        state?.incomingNorms && column.maxNorm !== null
          ? perMark(
              state.incomingNorms.map(norm => norm / largest),
              unitsPerMark,
            )
          : null,
      keptWeight: keptWeights(
        batch?.layers.find(({layer}) => layer === column.weightNoise?.layer),
        column.units,
      ),
      dead: state?.active ? Array.from(perMark(state.active, unitsPerMark), share => share === 0) : null,
    };
  }

  function stateEpoch(): number {
    return isFollowing() ? Number.POSITIVE_INFINITY : shownEpoch(panel.view, epochCount());
  }

  function connections(shown: NetworkPlace): Connection[] {
    if (!shape || !layout) return [];
    const states = shape.columns.map(stateOf);
    const key = `${networkKey(shown)} ${states.map(state => state?.epoch ?? 0).join()} ${layout.width}`;
    if (key === edges.key) return edges.connections;
    const drawable = states.flatMap((state, i) => {
      const [source, target] = [layout!.columns[i - 1], layout!.columns[i]!];
      const isSingle = source?.unitsPerMark === 1 && target.unitsPerMark === 1;
      return state?.incomingWeights && isSingle ? [{column: i, weights: state.incomingWeights}] : [];
    });
    const each = Math.floor(MOST_CONNECTIONS / Math.max(1, drawable.length));
    edges = {
      key,
      connections: drawable.flatMap(({column, weights}) =>
        strongestConnections(column, weights, shape!.columns[column - 1]!.units, each),
      ),
    };
    return edges.connections;
  }

  function keptWeights(mask: LayerMask | undefined, units: number): ColumnFrame['keptWeight'] {
    if (!mask?.bits || mask.rate === 0) return null;
    const inputs = mask.width / units;
    return (from, to) => keptShare(mask, panel.view.row, to * inputs + from);
  }

  /** Those of the chosen unit, all of them and not only the strongest of the network. */
  function selectedConnections(shown: NetworkPlace): Connection[] {
    if (!selected || !shape || !layout) return [];
    const {column, mark} = selected;
    return [column, column + 1].flatMap(to => {
      const layer = shape!.columns[to]?.layer;
      const weights = layer ? run.layerState(shown, layer, stateEpoch())?.incomingWeights : null;
      const isSingle = layout!.columns[to - 1]?.unitsPerMark === 1 && layout!.columns[to]?.unitsPerMark === 1;
      if (!weights || !isSingle) return [];
      return unitConnections(to, weights, shape!.columns[to - 1]!.units, to === column ? 'to' : 'from', mark);
    });
  }

  function writeText(): void {
    const shown = place();
    const batch = masks();
    if (!shape || !shown) return;
    setText(headline, describeBatch(shape, batch, panel.view.row));
    if (layout && !picture.hidden) labels.replaceChildren(...columnLabels(shape, layout, batch, panel.view.row));
    const unit = selectedUnit();
    const counts = dropCounts();
    const sentences = unit
      ? describeUnit({
          ...unit,
          masks: batch,
          row: panel.view.row,
          state: stateOf(unit.column),
          counts,
        })
      : ['Point at a unit, or walk there with the arrow keys, to read what is known of it.'];
    const refusal = isFollowing() ? undefined : run.layersRefused.get(networkKey(shown));
    if (refusal) sentences.push(refusal);
    if (words.dataset.text !== sentences.join(' ')) {
      words.dataset.text = sentences.join(' ');
      const [first, ...rest] = sentences;
      words.replaceChildren(
        ...(unit ? [h('h2', {}, first!.slice(0, -1))] : [h('p', {class: 'hint'}, first!)]),
        ...rest.map(sentence => h('p', {}, sentence)),
      );
    }
    strips.replaceChildren(...dropStrips(shape, counts, unit, panel.theme));
    legend.update(panel.theme, {
      isDropping: shape.columns.some(({noise}) => noise.some(dropsEntirely)),
      isDroppingWeights: shape.columns.some(({weightNoise}) => weightNoise !== null && weightNoise.rate > 0),
      isOneRow: panel.view.row !== null,
      hasActivity: shape.columns.some(({layer}) => layer && run.layerState(shown, layer)?.active),
      hasWeights: edges.connections.length > 0,
    });
    twin.update();
  }

  /** The editor asks for a layer: its first unit is chosen, so that the words say what drops it. */
  function unitOfChosenLayer(of: NetworkShape): MarkPlace | null {
    const {layer} = panel.view;
    const column = layer === null ? -1 : columnOf(of, layer);
    return column < 0 ? null : {column, mark: 0};
  }

  function selectedUnit(): {column: Column; unit: number} | null {
    if (!selected || !shape || !layout) return null;
    const column = shape.columns[selected.column]!;
    const {from} = unitsOfMark(layout.columns[selected.column]!, selected.mark, column.units);
    return {column, unit: from};
  }

  function select(next: MarkPlace | null, byKeyboard: boolean): void {
    if (next?.column === selected?.column && next?.mark === selected?.mark) return;
    selected = next;
    words.setAttribute('aria-live', byKeyboard ? 'polite' : 'off');
    textAt = 0;
    panel.redraw();
  }

  function hover(event: MouseEvent): void {
    if (!layout) return;
    const {left, top} = picture.getBoundingClientRect();
    select(markAt(layout, event.clientX - left, event.clientY - top), false);
  }

  function onKey(event: KeyboardEvent): void {
    if (!layout) return;
    const steps: Record<string, [column: number, mark: number]> = {
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
    };
    const step = steps[event.key];
    if (event.key === 'Escape') select(null, true);
    if (!step) return;
    event.preventDefault();
    const current = selected ?? {column: step[0] < 0 ? layout.columns.length : -1, mark: 0};
    const column = Math.min(
      layout.columns.length - 1,
      Math.max(0, selected ? current.column + step[0] : current.column + (step[0] || 1)),
    );
    const last = layout.columns[column]!.x.length - 1;
    const mark = Math.min(last, Math.max(0, selected ? current.mark + step[1] : 0));
    select({column, mark}, true);
  }

  function stateOf({layer}: Column): LayerState | null {
    const shown = place();
    return shown && layer ? run.layerState(shown, layer, stateEpoch()) : null;
  }

  return {
    element,
    show() {
      isVisible = true;
    },
    hide() {
      isVisible = false;
      player.stop();
      ask();
    },
    update() {
      const shown = place();
      chooser.update(panel, shown);
      follow.element.hidden = !run.isLive;
      follow.set(panel.view.follow);
      pictureChoice.set(
        [
          {value: 'network', label: 'Network'},
          {value: 'matrix', label: 'Rows × units'},
        ],
        panel.view.picture,
      );
      ask();
      const batch = masks();
      rowChoice.set(
        rowOptions(batch),
        panel.view.row === null || panel.view.row >= (batch?.lines.length ?? 0) ? 'all' : String(panel.view.row),
      );
      draw();
      player.update();
      if (performance.now() - textAt >= TEXT_EVERY_MS) {
        textAt = performance.now();
        writeText();
      } else setTimeout(() => panel.redraw(), TEXT_EVERY_MS);
    },
  };
}

function rowOptions(batch: Masks | null) {
  // The line of a row changes with every batch; its place does not.
  return [
    {value: 'all', label: 'All rows of the batch'},
    ...Array.from(batch?.lines ?? [], (_, row) => ({value: String(row), label: `Row ${row + 1}`})),
  ];
}

function perMark(units: Float32Array, unitsPerMark: number): Float32Array {
  if (unitsPerMark === 1) return units;
  return Float32Array.from({length: Math.ceil(units.length / unitsPerMark)}, (_, mark) => {
    const own = units.subarray(mark * unitsPerMark, (mark + 1) * unitsPerMark);
    return own.reduce((sum, value) => sum + value, 0) / own.length;
  });
}
