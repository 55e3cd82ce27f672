import type {DropCounts, Masks, NetworkPlace} from '../../schemas/protocol.ts';
import {type Connection, MOST_CONNECTIONS, strongestConnections, unitConnections} from '../figures/connections.ts';
import {dropStrip} from '../figures/dropStrip.ts';
import {drawMatrix, matrixCell} from '../figures/maskMatrix.ts';
import {type MarkPlace, markAt, type NetworkLayout, networkLayout, unitsOfMark} from '../figures/networkLayout.ts';
import {type ColumnFrame, drawNetwork, PICTURE_TOP} from '../figures/networkPicture.ts';
import {LatestRequest} from '../latestRequest.ts';
import type {Panel, Tab} from '../panel.ts';
import {describeUnit, unitName} from '../run/describeUnit.ts';
import {unitsInside} from '../run/dropBand.ts';
import {keptRows, keptShares, keptUnits} from '../run/masks.ts';
import {type Column, columnName, columnOf, type NetworkShape, networkShape, noiseLayers} from '../run/networkShape.ts';
import {isSameNetwork, networkKey, trainedEpochs} from '../run/shownRun.ts';
import {type Canvas, createCanvas} from '../ui/canvas.ts';
import {h, setText} from '../ui/dom.ts';
import {counted, grouped, number, percent, short} from '../ui/format.ts';
import * as kit from '../ui/kit.ts';
import {tableTwin} from '../ui/tableTwin.ts';
import {wantsLessMotion} from '../ui/theme.ts';
import {shownEpoch} from '../view.ts';
import {watchNetwork} from '../watch.ts';
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
  let drawnMatrix = '';

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
  const matrix = h('div', {class: 'mask-matrices'});
  const words = h('div', {class: 'words', 'aria-live': 'polite'});
  const strips = h('div', {class: 'strips'});
  const legend = networkLegend();
  const twin = tableTwin('The network', () => unitTable());
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
    h('div', {class: 'network-area'}, h('div', {class: 'network-main'}, picture, matrix, player.element), side),
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
    matrix.hidden = !isMatrix;
    if (isMatrix) drawMatrices();
    else drawPicture(shown);
  }

  function drawPicture(shown: NetworkPlace): void {
    const width = picture.clientWidth;
    const height = picture.clientHeight;
    if (width === 0 || !shape) return;
    const isResized = canvas.resize(width, height);
    if (
      !layout ||
      isResized ||
      layout.columns.length !== shape.columns.length ||
      labels.dataset.variant !== shown.variant
    ) {
      layout = networkLayout(shape, width, height, PICTURE_TOP);
      labels.dataset.variant = shown.variant;
      selected = unitOfChosenLayer(shape);
    }
    drawNetwork(canvas.context, {
      layout,
      theme: panel.theme,
      columns: shape.columns.map((column, i) => columnFrame(column, i, shown)),
      connections: [...connections(shown), ...selectedConnections(shown)],
      selected,
    });
  }

  function columnFrame(column: Column, index: number, shown: NetworkPlace): ColumnFrame {
    const batch = masks();
    const own = batch?.layers.filter(mask => column.noise.some(({layer}) => layer === mask.layer)) ?? [];
    const kept = keptShares(own, column.units, panel.view.row);
    const state = column.layer ? run.layerState(shown, column.layer, stateEpoch()) : null;
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
      dead: state?.active ? Array.from(perMark(state.active, unitsPerMark), share => share === 0) : null,
    };
  }

  function stateEpoch(): number {
    return isFollowing() ? Number.POSITIVE_INFINITY : shownEpoch(panel.view, epochCount());
  }

  function connections(shown: NetworkPlace): Connection[] {
    if (!shape || !layout) return [];
    const states = shape.columns.map(column =>
      column.layer ? run.layerState(shown, column.layer, stateEpoch()) : null,
    );
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
    setText(headline, headlineOf(shape, batch, panel.view.row));
    writeLabels(batch);
    const unit = selectedUnit();
    const counts = dropCounts();
    const sentences = unit
      ? describeUnit({
          ...unit,
          masks: batch,
          row: panel.view.row,
          state: unit.column.layer ? run.layerState(shown, unit.column.layer, stateEpoch()) : null,
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
    writeStrips(counts, unit);
    legend.update(panel.theme, {
      isDropping: noiseLayers(shape).some(({noise}) => noise.rate > 0),
      isOneRow: panel.view.row !== null,
      hasActivity: shape.columns.some(({layer}) => layer && run.layerState(shown, layer)?.active),
      hasWeights: edges.connections.length > 0,
    });
    twin.update();
  }

  function writeStrips(counts: readonly DropCounts[], unit: {column: Column; unit: number} | null): void {
    const usual = counts.filter(({rate, draws}) => rate > 0 && draws > 0);
    const shownCounts = unit
      ? usual.filter(drops => unit.column.noise.some(({layer}) => layer === drops.layer))
      : usual;
    strips.replaceChildren(
      ...(shownCounts.length > 0 ? shownCounts : usual).map(drops =>
        h(
          'figure',
          {class: 'strip'},
          h(
            'figcaption',
            {},
            h('strong', {}, short(drops.layer)),
            ` dropped each unit ${percent(drops.expected / drops.draws, 0)} of ${grouped(drops.draws)} times, give or take chance: ` +
              `${unitsInside(drops)} of ${counted(drops.counts.length, 'unit')} in the band for 99 of 100.`,
          ),
          dropStrip(drops, unit?.column.noise.some(({layer}) => layer === drops.layer) ? unit.unit : null, panel.theme),
        ),
      ),
    );
  }

  function writeLabels(batch: Masks | null): void {
    if (!layout || !shape || picture.hidden) return;
    const nodes = shape.columns.map((column, i) => {
      const {left, right} = layout!.columns[i]!;
      const noise = column.noise.filter(({rate}) => rate > 0);
      const label = h(
        'div',
        {class: 'column-label', title: columnTitle(column)},
        h('span', {class: 'column-name'}, short(columnName(column), 18)),
        h('span', {class: 'column-kind'}, columnKind(column, layout!.columns[i]!.unitsPerMark)),
        ...noise.map(each =>
          h('span', {class: 'column-drop'}, dropLabel(each.layer, each.rate, batch, panel.view.row)),
        ),
      );
      label.style.left = `${(left + right) / 2}px`;
      if (i === 0) label.classList.add('first');
      if (i === shape!.columns.length - 1) label.classList.add('last');
      return label;
    });
    labels.replaceChildren(...nodes);
  }

  const matrices = new Map<string, {figure: HTMLElement; caption: HTMLElement; canvas: Canvas}>();

  function drawMatrices(): void {
    const batch = masks();
    const layers = batch?.layers.filter(({bits, rate}) => bits && rate > 0) ?? [];
    const key = `${batch?.epoch} ${batch?.batch} ${batch?.fold} ${batch?.variant} ${panel.view.row} ${panel.theme.kind} ${matrix.clientWidth}`;
    if (key === drawnMatrix) return;
    drawnMatrix = key;
    matrix.replaceChildren(
      ...(layers.length === 0 ? [h('p', {class: 'hint'}, 'This batch has no masks: nothing is dropped in it.')] : []),
      ...layers.map(mask => {
        let known = matrices.get(mask.layer);
        if (!known) {
          const drawing = createCanvas();
          const caption = h('figcaption');
          known = {
            canvas: drawing,
            caption,
            figure: h('figure', {}, caption, h('div', {class: 'scroll', tabindex: '0', role: 'img'}, drawing.element)),
          };
          matrices.set(mask.layer, known);
        }
        const cell = matrixCell(mask.width, matrix.clientWidth - 20);
        known.canvas.resize(mask.width * cell, mask.rows * cell);
        drawMatrix(known.canvas.context, mask, {cell, row: panel.view.row, theme: panel.theme});
        const dropped = mask.rows * mask.width - keptRows(mask).reduce((sum, count) => sum + count, 0);
        const sentence = `${mask.layer}: ${grouped(dropped)} of ${grouped(mask.rows * mask.width)} are dropped, ${percent(dropped / (mask.rows * mask.width))}; the rate is ${percent(mask.rate, 0)}. A line is a row of the batch, a column a unit.`;
        setText(known.caption, sentence);
        known.figure.querySelector('.scroll')!.setAttribute('aria-label', sentence);
        return known.figure;
      }),
    );
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

  function unitTable() {
    const shown = place();
    const batch = masks();
    const counts = dropCounts();
    const rows = (shape?.columns ?? []).flatMap(column => {
      const state = shown && column.layer ? run.layerState(shown, column.layer, stateEpoch()) : null;
      const own = batch?.layers.find(mask => mask.bits && column.noise.some(({layer}) => layer === mask.layer));
      const kept = own ? keptRows(own) : null;
      const drops = counts.find(each => column.noise.some(({layer}) => layer === each.layer));
      return Array.from({length: column.units}, (_, unit) => [
        unitName(column, unit),
        own && kept ? `${own.rows - kept[unit]!} of ${own.rows}` : '–',
        drops ? `${grouped(drops.counts[unit]!)} of ${grouped(drops.draws)}` : '–',
        drops && drops.draws > 0 ? percent(drops.counts[unit]! / drops.draws, 2) : '–',
        state?.active ? percent(state.active[unit]!, 0) : '–',
        state?.incomingNorms ? number(state.incomingNorms[unit]!) : '–',
      ]);
    });
    const head = ['Unit', 'Rows that drop it in this batch', 'Dropped so far', 'Share', 'Active rows', 'Incoming norm'];
    const at = batch ? ` at epoch ${batch.epoch}, batch ${batch.batch}` : '';
    return {caption: `Every unit${at}.`, head, rows};
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

function headlineOf(shape: NetworkShape, batch: Masks | null, row: number | null): string {
  const isDropping = noiseLayers(shape).some(({noise}) => noise.rate > 0);
  const where = batch
    ? `Epoch ${grouped(batch.epoch)}, batch ${grouped(batch.batch)} of ${grouped(batch.batches)}: `
    : '';
  if (!isDropping)
    return `${where}${where ? 'this' : 'This'} variant has no dropout, so every batch trains the whole network.`;
  if (!batch) return 'Waiting for a batch …';
  const own = batch.layers.filter(({bits, rate}) => bits && rate > 0);
  const units = own.reduce((sum, {width}) => sum + width, 0);
  if (units === 0) return `${where}every unit is multiplied by random numbers around 1; none is dropped entirely.`;
  if (row !== null && row < batch.lines.length) {
    const kept = own.reduce((sum, mask) => sum + keptUnits(mask, row), 0);
    const line = `row ${row + 1} (line ${batch.lines[row]} of the data)`;
    return `${where}${line} trains a network of ${kept} of ${units} droppable units, one of 2${superscript(units)} possible ones.`;
  }
  const cells = own.reduce((sum, mask) => sum + mask.rows * mask.width, 0);
  const kept = own.reduce((sum, mask) => sum + keptRows(mask).reduce((all, count) => all + count, 0), 0);
  return `${where}each of ${counted(batch.lines.length, 'row')} trains a thinned network of its own; together they keep ${percent(kept / cells)} of the droppable units.`;
}

function superscript(value: number): string {
  return [...String(value)].map(digit => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('');
}

function columnKind(column: Column, unitsPerMark: number): string {
  const shared = unitsPerMark > 1 ? `, ${unitsPerMark} a mark` : '';
  const activation = column.activation && column.activation !== 'linear' ? ` ${column.activation}` : '';
  return `${grouped(column.units)}${activation}${shared}`;
}

function columnTitle(column: Column): string {
  const parts = [`${columnName(column)}: ${counted(column.units, 'unit')}`];
  if (column.activation) parts.push(column.activation);
  for (const {layer, type, rate} of column.noise) parts.push(`${layer} (${type} ${percent(rate, 0)})`);
  for (const {layer, type} of column.others) parts.push(`${layer} (${type})`);
  return parts.join(', ');
}

function dropLabel(layer: string, rate: number, batch: Masks | null, row: number | null): string {
  const mask = batch?.layers.find(each => each.layer === layer && each.bits);
  if (!mask) return `drops ${percent(rate, 0)}`;
  if (row !== null && row < mask.rows) return `${mask.width - keptUnits(mask, row)} of ${mask.width} dropped`;
  const kept = keptRows(mask).reduce((sum, count) => sum + count, 0);
  return `${percent(1 - kept / (mask.rows * mask.width))} dropped`;
}
