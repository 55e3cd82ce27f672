import type {Surface, SurfaceAxis} from '../../schemas/protocol.ts';
import {markerPath} from '../figures/curvesChart.ts';
import {cellClass, classColor, drawSurface, pointPlace, type SurfaceFrame} from '../figures/surfacePicture.ts';
import {LatestRequest} from '../latestRequest.ts';
import type {Panel, Tab} from '../panel.ts';
import {networkKey, trainedEpochs} from '../run/shownRun.ts';
import {createCanvas} from '../ui/canvas.ts';
import {h, setText, svg} from '../ui/dom.ts';
import {grouped, number, percent, short} from '../ui/format.ts';
import * as kit from '../ui/kit.ts';
import {tableTwin} from '../ui/tableTwin.ts';
import {MARKERS, nth} from '../ui/theme.ts';
import {shownEpoch} from '../view.ts';
import {networkChooser, shownNetwork} from './networkChooser.ts';
import {slider} from './slider.ts';

/** Cells of a side: fine enough for a boundary, few enough to be predicted in a frame. */
const SIZE = 80;
/** A click this near to a row of the data means the row. */
const NEAR = 8;

/** What a network predicts over two features, with the data: where it draws the line. */
export function surfaceTab(panel: Panel): Tab {
  const {run, host} = panel;
  let shown: {key: string; surface: Surface} | null = null;
  let refusal = '';
  let cell: number | null = null;
  let drawn = '';

  const request = new LatestRequest<{key: string; surface: Surface}>(
    answer => {
      shown = answer;
      refusal = '';
      cell = null;
      panel.redraw();
    },
    error => {
      shown = null;
      refusal = error.message;
      panel.redraw();
    },
  );
  const chooser = networkChooser(panel);
  const axes = kit.choice<'components' | 'features'>('Plane', kind =>
    panel.changeView({features: kind === 'components' ? null : firstFeatures()}),
  );
  const axisChoice = (label: string, at: 0 | 1) =>
    kit.choice<string>(label, feature => {
      const {features} = panel.view;
      if (features) panel.changeView({features: at === 0 ? [feature, features[1]] : [features[0], feature]});
    });
  const [xChoice, yChoice] = [axisChoice('Across', 0), axisChoice('Up', 1)];
  const epoch = slider('Epoch', value => panel.changeView({epoch: value, follow: false}));
  const headline = h('p', {class: 'headline'});
  const readout = h('p', {class: 'readout'});
  const canvas = createCanvas();
  const picture = h(
    'div',
    {
      class: 'surface-picture',
      tabindex: '0',
      role: 'application',
      'aria-label': 'Decision surface. Arrow keys read what is predicted at a place.',
      on: {
        mousemove: event => hover(event),
        mouseleave: () => point(null),
        click: event => open(event),
        keydown: event => onKey(event),
      },
    },
    canvas.element,
  );
  const xLabel = h('div', {class: 'surface-x'});
  const yLabel = h('div', {class: 'surface-y'});
  const legend = h('div', {class: 'surface-legend'});
  const twin = tableTwin('The decision surface', () => pointTable());
  const element = h(
    'div',
    {class: 'surface-tab'},
    h(
      'div',
      {class: 'toolbar'},
      chooser.element,
      axes.element,
      xChoice.element,
      yChoice.element,
      h('span', {class: 'spacer'}),
      twin.button,
    ),
    headline,
    h('div', {class: 'surface-area'}, yLabel, picture, xLabel, legend),
    epoch.element,
    readout,
    twin.element,
  );
  new ResizeObserver(() => panel.redraw()).observe(picture);

  function classCount(): number | null {
    return run.stored.data.classes?.length ?? null;
  }

  function firstFeatures(): [string, string] | null {
    const [first, second] = shown?.surface.features ?? [];
    return first === undefined ? null : [first, second ?? first];
  }

  function frame(): SurfaceFrame | null {
    if (!shown) return null;
    const {clientWidth: width, clientHeight: height} = picture;
    return {surface: shown.surface, classes: classCount(), width, height, theme: panel.theme, cell};
  }

  function ask(): void {
    const place = shownNetwork(panel);
    if (!place) return;
    const {features} = panel.view;
    const at = shownEpoch(panel.view, epochs());
    const key = `${networkKey(place)} ${at} ${JSON.stringify(features)}`;
    const {directory} = run;
    request.ask(key, async () => ({
      key,
      surface: await host.request('mlpLab/readSurface', {directory, ...place, epoch: at, features, size: SIZE}),
    }));
  }

  function epochs(): number {
    const place = shownNetwork(panel);
    return trainedEpochs(place && run.network(place));
  }

  function draw(): void {
    const current = frame();
    picture.hidden = current === null;
    legend.hidden = current === null;
    setText(headline, refusal || (current ? sentence(current.surface) : 'Computing the surface …'));
    if (!current || current.width === 0) return;
    canvas.resize(current.width, current.height);
    drawSurface(canvas.context, current);
    setText(xLabel, axisName(current.surface.x, 'First'));
    setText(yLabel, axisName(current.surface.y, 'Second'));
    writeLegend(current);
    if (cell === null)
      setText(
        readout,
        'Point at the surface, or walk over it with the arrow keys, to read it; a click on a row opens its line.',
      );
    twin.update();
  }

  function sentence({points, x}: Surface): string {
    const rest =
      x.feature === null
        ? 'Every other direction of the inputs stands at its mean.'
        : 'Every other input stands at its median.';
    const tested = points.lines.length - points.trained;
    return `What the network predicts at the end of epoch ${grouped(shownEpoch(panel.view, epochs()))}, with ${grouped(points.trained)} rows that trained it${tested > 0 ? ` and, with an outline, ${grouped(tested)} of its test fold` : ''}. ${rest}`;
  }

  function writeLegend({classes, theme}: SurfaceFrame): void {
    const names = run.stored.data.classes ?? [];
    legend.replaceChildren(
      ...names
        .slice(0, 12)
        .map((name, index) =>
          h(
            'span',
            {class: 'legend-item'},
            svg(
              'svg',
              {viewBox: '-8 -8 16 16', 'aria-hidden': 'true'},
              svg('path', {d: markerPath(nth(MARKERS, index), 5), fill: classColor(theme, index, classes)}),
            ),
            h('bdi', {}, short(name, 30)),
          ),
        ),
    );
  }

  function point(next: number | null): void {
    cell = next;
    const current = frame();
    if (current && next !== null) setText(readout, cellWords(current, next));
    drawn = '';
    panel.redraw();
  }

  function cellWords({surface, classes}: SurfaceFrame, at: number): string {
    const {x, y, size, predictions} = surface;
    const across = x.from + ((at % size) + 0.5) * ((x.to - x.from) / size);
    const up = y.from + (Math.floor(at / size) + 0.5) * ((y.to - y.from) / size);
    const where = `At ${number(across)} across and ${number(up)} up`;
    if (classes === null) return `${where} the network predicts ${number(predictions[at])}.`;
    const predicted = cellClass(surface, classes, at);
    const probability =
      classes === 2
        ? predicted === 1
          ? predictions[at]!
          : 1 - predictions[at]!
        : predictions[at * classes + predicted]!;
    return `${where} the network predicts "${short(run.stored.data.classes![predicted]!, 40)}" with ${percent(probability)}.`;
  }

  function hover(event: MouseEvent): void {
    const {left, top, width, height} = picture.getBoundingClientRect();
    const inside = (share: number) => Math.min(SIZE - 1, Math.max(0, Math.floor(share * SIZE)));
    const column = inside((event.clientX - left) / width);
    point(inside(1 - (event.clientY - top) / height) * SIZE + column);
  }

  function open(event: MouseEvent): void {
    const current = frame();
    if (!current) return;
    const {left, top} = picture.getBoundingClientRect();
    let best: {line: number; distance: number} | null = null;
    for (let i = 0; i < current.surface.points.lines.length; i++) {
      const [x, y] = pointPlace(current, i);
      const distance = Math.hypot(event.clientX - left - x, event.clientY - top - y);
      if (distance <= NEAR && (!best || distance < best.distance))
        best = {line: current.surface.points.lines[i]!, distance};
    }
    if (best) host.post({kind: 'openDataLine', line: best.line});
  }

  function onKey(event: KeyboardEvent): void {
    const step = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: SIZE, ArrowDown: -SIZE}[event.key];
    if (step === undefined || !shown) return;
    event.preventDefault();
    const from = cell ?? (SIZE * SIZE + SIZE) / 2;
    const next = from + step * (event.shiftKey ? 5 : 1);
    if (next < 0 || next >= SIZE * SIZE) return;
    point(next);
    panel.announce(readout.textContent ?? '');
  }

  function pointTable() {
    const current = frame();
    const {classes} = run.stored.data;
    const {points, x, y} = current?.surface ?? {points: null, x: null, y: null};
    return {
      caption: 'Rows of the data at their place.',
      head: ['Line', x ? axisName(x, 'First') : '', y ? axisName(y, 'Second') : '', 'Actual', 'Part'],
      rows: Array.from(points?.lines ?? [], (line, i) => [
        grouped(line),
        number(points!.x[i]),
        number(points!.y[i]),
        classes ? short(classes[points!.actual[i]!] ?? '', 40) : number(points!.actual[i]),
        i < points!.trained ? 'training' : 'test',
      ]),
    };
  }

  return {
    element,
    show() {
      drawn = '';
    },
    hide() {},
    update() {
      const place = shownNetwork(panel);
      chooser.update(panel, place);
      const {features} = panel.view;
      axes.set(
        [
          {value: 'components', label: 'Principal components'},
          {value: 'features', label: 'Two features'},
        ],
        features ? 'features' : 'components',
      );
      const names = [...new Set([...(shown?.surface.features ?? []), ...(features ?? [])])];
      const options = names.map(value => ({value, label: short(value, 30)}));
      for (const [at, choice] of [xChoice, yChoice].entries()) {
        choice.element.hidden = !features;
        if (features) choice.set(options, features[at]!);
      }
      epoch.set(shownEpoch(panel.view, epochs()), epochs());
      ask();
      const key = JSON.stringify([shown?.key, refusal, panel.theme, picture.clientWidth, picture.clientHeight, cell]);
      if (key === drawn) return;
      drawn = key;
      draw();
    },
  };
}

function axisName({feature, variance}: SurfaceAxis, which: 'First' | 'Second'): string {
  if (feature !== null) return short(feature, 60);
  return `${which} principal component, ${percent(variance, 0)} of the variance`;
}
