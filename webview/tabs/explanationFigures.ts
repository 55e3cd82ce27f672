import type {Explanation} from '../../schemas/generated/run.ts';
import {importanceDots, rowsCurve} from '../figures/explanationPlots.ts';
import type {Panel} from '../panel.ts';
import {METRICS, metricLabel} from '../statistics/metricLabels.ts';
import {h} from '../ui/dom.ts';
import {figure} from '../ui/figure.ts';
import {grouped, meanAndSd, metricValue, short} from '../ui/format.ts';
import type {TableContent} from '../ui/tableTwin.ts';

/** More columns below each other than this are no picture: the table has them all. */
const MOST_COLUMNS = 20;

/** What a variant rests on, where `mlp explain` or the editor has stored it with the run. */
export function explanationFigures(panel: Panel) {
  let shown: {explanation: Explanation; metric: string} | null = null;
  const columns = figure('Columns that it rests on', () => columnTable(shown!));
  const rows = figure('Would more rows help?', () => rowTable(shown!));
  const words = h('ul', {class: 'notes'});
  const instead = h('p', {class: 'sentence'});
  const grid = h('div', {class: 'figures-grid'}, columns.element, rows.element);
  const element = h(
    'section',
    {class: 'comparison', 'aria-label': 'What the variant rests on'},
    h('h2', {}, 'What it rests on'),
    words,
    instead,
    grid,
  );

  function update(variant: string, wanted: string): void {
    const {stored, variantNames} = panel.run;
    const explanation = stored.explanations?.find(each => each.variant === variant);
    element.hidden = !explanation;
    if (!explanation) return;
    const measured = measuredMetrics(explanation);
    const metric = measured.includes(wanted) ? wanted : (measured[0] ?? wanted);
    instead.hidden = metric === wanted;
    instead.textContent = `The figures show ${metricLabel(metric)}: ${metricLabel(wanted)} was not measured for them.`;
    shown = {explanation: {...explanation, columns: missedFirst(explanation.columns, metric)}, metric};
    const index = variantNames.indexOf(variant);
    words.replaceChildren(...explanation.words.map(text => h('li', {}, text)));
    columns.element.hidden = explanation.columns.length === 0;
    if (explanation.columns.length > 0) {
      const drawn = shown.explanation.columns.slice(0, MOST_COLUMNS);
      const rest = explanation.columns.length - drawn.length;
      columns.show(
        importanceDots(drawn, metric, panel.theme, index),
        `Each column shuffled among the test rows; bars are corrected 95 % intervals.${rest > 0 ? ` The table has ${rest} more.` : ''}`,
      );
    }
    rows.element.hidden = explanation.curve.length === 0;
    if (explanation.curve.length > 0)
      rows.show(
        rowsCurve(explanation.curve, metric, panel.theme, index),
        'Trained on a part of each training part, tested on the same rows; the band is one standard deviation of the folds.',
      );
  }

  return {element, update};
}

/** Those that the explanation has numbers of. */
function measuredMetrics({columns, curve}: Explanation): string[] {
  const known = [...columns.map(({changes}) => changes), ...curve.map(({metrics}) => metrics)];
  const measured = known.flatMap(each => Object.keys(each).filter(metric => typeof each[metric]?.mean === 'number'));
  return [...new Set(measured)];
}

/** The column first without which the metric suffers most. */
function missedFirst(columns: Explanation['columns'], metric: string): Explanation['columns'] {
  const sign = METRICS[metric]?.direction === 'higher' ? 1 : -1;
  const loss = ({changes}: Explanation['columns'][number]) => sign * (changes[metric]?.mean ?? 0);
  return [...columns].sort((a, b) => loss(a) - loss(b));
}

function columnTable({explanation, metric}: {explanation: Explanation; metric: string}): TableContent {
  return {
    caption: `Change of ${metricLabel(metric)} when a column is shuffled among the test rows.`,
    head: ['Column', 'Change', 'from', 'to (95 %)'],
    rows: explanation.columns.map(({name, changes}) => [
      short(name, 80),
      metricValue(metric, changes[metric]?.mean),
      metricValue(metric, changes[metric]?.interval?.[0]),
      metricValue(metric, changes[metric]?.interval?.[1]),
    ]),
  };
}

function rowTable({explanation, metric}: {explanation: Explanation; metric: string}): TableContent {
  return {
    caption: `${metricLabel(metric)} by the number of training rows.`,
    head: ['Training rows', `${metricLabel(metric)}, mean ± sd`],
    rows: explanation.curve.map(({rows, metrics}) => [
      grouped(rows),
      meanAndSd(metric, metrics[metric]?.mean, metrics[metric]?.sd),
    ]),
  };
}
