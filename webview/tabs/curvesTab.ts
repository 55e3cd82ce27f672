import {type CurvesData, curvesChart} from '../figures/curvesChart.ts';
import {curvesCsv} from '../figures/curvesCsv.ts';
import {curvesSvg} from '../figures/curvesSvg.ts';
import type {Panel, Tab} from '../panel.ts';
import {type VariantCurve, variantCurve} from '../run/foldCurves.ts';
import type {Series} from '../run/networkCurves.ts';
import {availableSeries, describeSeries} from '../run/series.ts';
import {h, setText} from '../ui/dom.ts';
import {grouped, short, unitValue} from '../ui/format.ts';
import * as kit from '../ui/kit.ts';
import {tableTwin} from '../ui/tableTwin.ts';
import {EXPORT_COLORS} from '../ui/theme.ts';
import {foldName} from './networkChooser.ts';
import {variantKey} from './variantKey.ts';

/** While a run goes on, curves are drawn this often: redrawing hundreds of folds at every event would cost the network its frames. */
const REDRAW_EVERY_MS = 400;

export function curvesTab(panel: Panel): Tab {
  const {run, host} = panel;
  let drawnAt = 0;
  let drawn = '';
  let curves: {key: string; all: VariantCurve[]} = {key: '', all: []};
  let pointed: number | null = null;

  const seriesChoice = kit.choice<Series>('Show', series => panel.changeView({series}));
  const foldChoice = kit.choice<string>('Fold', value => {
    const [repeat = 0, fold = 0] = value.split('/').map(Number);
    panel.changeView({isolated: value === 'all' ? null : {repeat, fold}});
  });
  const logScale = kit.checkbox({
    label: 'Log scale',
    checked: panel.view.logScale,
    onChange: checked => panel.changeView({logScale: checked}),
  });
  const showFolds = kit.checkbox({
    label: 'Folds',
    checked: panel.view.showFolds,
    onChange: checked => panel.changeView({showFolds: checked}),
  });
  const zoomButtons = [
    kit.button({label: 'Zoom in', icon: 'zoomIn', iconOnly: true, onClick: () => zoomBy(0.5)}),
    kit.button({label: 'Zoom out', icon: 'zoomOut', iconOnly: true, onClick: () => zoomBy(2)}),
    kit.button({label: 'All epochs', icon: 'all', iconOnly: true, onClick: () => panel.changeView({zoom: null})}),
  ];
  const saveButtons = [
    kit.button({label: 'PNG', icon: 'save', onClick: () => void savePng()}),
    kit.button({
      label: 'SVG',
      icon: 'save',
      onClick: () => save('curves.svg', curvesSvg(data(), EXPORT_COLORS)),
    }),
    kit.button({label: 'CSV', icon: 'save', onClick: () => save('curves.csv', curvesCsv(data()))}),
  ];
  const chart = curvesChart({
    onPoint: epoch => {
      pointed = epoch;
      writeReadout();
    },
    onZoom: zoom => panel.changeView({zoom}),
    onFold: ({place}) => {
      const {isolated} = panel.view;
      const isSame = isolated?.repeat === place.repeat && isolated.fold === place.fold;
      panel.changeView({isolated: isSame ? null : {repeat: place.repeat, fold: place.fold}});
      panel.announce(isSame ? 'All folds are shown alike.' : `${foldName(place, run)} stands out.`);
    },
  });
  const readout = h('p', {class: 'readout'});
  const testNote = h(
    'p',
    {class: 'hint'},
    'Of the test rows, and only to be looked at: who stops at the epoch that is best here has chosen by the rows that the result is told of.',
  );
  const keys = variantKey(panel);
  const twin = tableTwin('The curves', () => epochTable());
  const area = h(
    'div',
    {
      class: 'chart-area',
      tabindex: '0',
      role: 'application',
      'aria-label': 'Curves. Left and right arrow keys read the values of an epoch, plus and minus zoom.',
      on: {keydown: event => onKey(event), dblclick: () => panel.changeView({zoom: null})},
    },
    chart.element,
  );
  const element = h(
    'div',
    {class: 'curves-tab'},
    h(
      'div',
      {class: 'toolbar'},
      seriesChoice.element,
      foldChoice.element,
      showFolds.element,
      logScale.element,
      h('span', {class: 'group'}, ...zoomButtons),
      h('span', {class: 'spacer'}),
      h('span', {class: 'group'}, ...saveButtons, twin.button),
    ),
    keys.element,
    area,
    readout,
    testNote,
    twin.element,
  );
  new ResizeObserver(() => panel.redraw()).observe(area);

  /** What was chosen may have been of another run, which had more to tell. */
  function shownSeries(): Series {
    return availableSeries(run).find(series => series === panel.view.series) ?? 'trainingLoss';
  }

  const dataKey = (series: Series) => `${series} ${run.eventCount}`;

  function data(): CurvesData {
    const {view, theme} = panel;
    const series = shownSeries();
    const key = dataKey(series);
    if (key !== curves.key) {
      curves = {key, all: run.variantNames.map(variant => variantCurve(run, variant, series))};
    }
    return {
      series,
      facts: describeSeries(series),
      curves: curves.all
        .map((curve, index) => ({curve, index}))
        .filter(({curve}) => !view.hidden.includes(curve.variant)),
      logScale: view.logScale,
      showFolds: view.showFolds,
      isolated: view.isolated,
      zoom: view.zoom,
      theme,
    };
  }

  function epochs(): number {
    return curves.all.reduce((most, {mean}) => Math.max(most, mean.length), 1);
  }

  function zoomBy(factor: number): void {
    const all = epochs();
    const [from, to] = panel.view.zoom ?? [1, all];
    const center = pointed ?? (from + to) / 2;
    const half = Math.max(2, ((to - from) / 2) * factor);
    const zoom: [number, number] = [Math.max(1, Math.round(center - half)), Math.min(all, Math.round(center + half))];
    panel.changeView({zoom: zoom[0] <= 1 && zoom[1] >= all ? null : zoom});
  }

  function onKey(event: KeyboardEvent): void {
    const far = event.shiftKey ? 10 : 1;
    const current = pointed ?? panel.view.zoom?.[0] ?? 1;
    if (event.key === 'ArrowRight') point(current + far);
    else if (event.key === 'ArrowLeft') point(current - far);
    else if (event.key === 'Home') point(1);
    else if (event.key === 'End') point(epochs());
    else if (event.key === '+') zoomBy(0.5);
    else if (event.key === '-') zoomBy(2);
    else if (event.key === 'Escape') panel.changeView({zoom: null, isolated: null});
    else return;
    event.preventDefault();
  }

  function point(epoch: number): void {
    pointed = Math.min(epochs(), Math.max(1, epoch));
    chart.point(pointed);
    writeReadout();
    panel.announce(readout.textContent ?? '');
  }

  function writeReadout(): void {
    const shown = data();
    if (pointed === null || shown.curves.length === 0) {
      setText(readout, 'Point at the curves to read an epoch; click one to make its fold stand out; drag to zoom.');
      return;
    }
    const value = (at: number | undefined) => unitValue(shown.facts.unit, at);
    const parts = shown.curves.map(({curve}) => {
      const i = pointed! - 1;
      const mean = curve.mean[i];
      const sd = curve.high[i]! - mean!;
      const chosen = curve.networks.find(
        ({place}) => place.repeat === shown.isolated?.repeat && place.fold === shown.isolated.fold,
      );
      const fold = chosen ? `, ${foldName(chosen.place, run)} ${value(chosen.curves.values(shown.series)[i])}` : '';
      return `${short(curve.variant)} ${value(mean)}${Number.isFinite(sd) ? ` ± ${value(sd)}` : ''}${fold}`;
    });
    setText(readout, `Epoch ${grouped(pointed)}: ${parts.join('; ')}`);
  }

  function epochTable() {
    const shown = data();
    const {label, unit, isSparse} = shown.facts;
    const length = epochs();
    const step = Math.max(1, Math.ceil(length / 100));
    const rows: string[][] = [];
    for (let epoch = 1; epoch <= length; epoch += epoch === 1 && step > 1 ? step - 1 : step) {
      rows.push([
        grouped(epoch),
        ...shown.curves.flatMap(({curve}) => [
          unitValue(unit, curve.mean[epoch - 1]),
          unitValue(unit, curve.high[epoch - 1]! - curve.mean[epoch - 1]!),
        ]),
      ]);
    }
    return {
      caption: `${label}: mean and standard deviation over the folds${isSparse ? ', on straight lines between the epochs that were measured' : ''}${step > 1 ? `, every ${step} epochs; the CSV has them all` : ''}.`,
      head: ['Epoch', ...shown.curves.flatMap(({curve}) => [short(curve.variant, 60), '± sd'])],
      rows,
    };
  }

  function save(name: string, content: string | Uint8Array): void {
    host.post({kind: 'saveFile', name, content});
  }

  async function savePng(): Promise<void> {
    const {canvas} = chart;
    if (!canvas) return;
    const copy = document.createElement('canvas');
    copy.width = canvas.width;
    copy.height = canvas.height;
    const context = copy.getContext('2d')!;
    // The chart is drawn on nothing: without a ground its text would vanish on white paper.
    context.fillStyle = panel.theme.background;
    context.fillRect(0, 0, copy.width, copy.height);
    context.drawImage(canvas, 0, 0);
    const blob = await new Promise<Blob | null>(resolve => copy.toBlob(resolve, 'image/png'));
    if (blob) save('curves.png', new Uint8Array(await blob.arrayBuffer()));
  }

  return {
    element,
    show() {
      drawn = '';
    },
    hide() {},
    update() {
      const {view, theme} = panel;
      const series = shownSeries();
      seriesChoice.set(
        availableSeries(run).map(value => ({value, label: describeSeries(value).label})),
        series,
      );
      testNote.hidden = !describeSeries(series).isOfTest;
      const folds = run.networksOf(run.variantNames[0] ?? '').map(({place}) => place);
      foldChoice.set(
        [
          {value: 'all', label: 'All alike'},
          ...folds.map(place => ({value: `${place.repeat}/${place.fold}`, label: foldName(place, run)})),
        ],
        view.isolated ? `${view.isolated.repeat}/${view.isolated.fold}` : 'all',
      );
      logScale.set(view.logScale);
      showFolds.set(view.showFolds);
      const {clientWidth: width, clientHeight: height} = area;
      if (width === 0) return;
      const chosen = JSON.stringify([view, theme, width, height]);
      const isChosen = chosen !== drawn;
      const wait = REDRAW_EVERY_MS - (performance.now() - drawnAt);
      if (!isChosen && curves.key === dataKey(series)) return;
      if (!isChosen && wait > 0) {
        setTimeout(() => panel.redraw(), wait);
        return;
      }
      drawn = chosen;
      drawnAt = performance.now();
      keys.update();
      chart.draw(data(), width, height);
      writeReadout();
      twin.update();
    },
  };
}
