import type {FoldPredictions} from '../../schemas/protocol.ts';
import {calibrationFigure, foldCurvesFigure, residualFigure} from '../figures/thresholdFigures.ts';
import type {Panel} from '../panel.ts';
import {calibrationBins} from '../statistics/calibration.ts';
import {area, type CurvePoint, precisionRecall, rocCurve} from '../statistics/thresholds.ts';
import {type PredictedRow, worstRows} from '../statistics/worstRows.ts';
import {h} from '../ui/dom.ts';
import {figure} from '../ui/figure.ts';
import {grouped, meanAndSd, number, percent, short} from '../ui/format.ts';
import type {TableContent} from '../ui/tableTwin.ts';
import {confusionTable} from './confusionTable.ts';

const WORST = 12;

/** What the out-of-fold predictions of one variant show. */
export function predictionFigures(panel: Panel) {
  const {run, host} = panel;
  const tables: Record<'roc' | 'recall' | 'calibration' | 'residuals', TableContent> = {
    roc: empty(),
    recall: empty(),
    calibration: empty(),
    residuals: empty(),
  };
  const roc = figure('ROC', () => tables.roc);
  const recall = figure('Precision and recall', () => tables.recall);
  const calibration = figure('Calibration', () => tables.calibration);
  const residuals = figure('Residuals', () => tables.residuals);
  const confusion = h('section', {class: 'figure', 'aria-label': 'Confusion'});
  const worst = h('section', {class: 'figure worst', 'aria-label': 'Worst predictions'});
  const element = h(
    'div',
    {class: 'figures-grid'},
    confusion,
    roc.element,
    recall.element,
    calibration.element,
    residuals.element,
    worst,
  );

  function update(variant: string): void {
    const {classes} = run.stored.data;
    const index = run.variantNames.indexOf(variant);
    const model = run.stored.crossValidation?.variants.find(({name}) => name === variant);
    confusion.hidden = !model?.confusion || !classes;
    if (model?.confusion && classes)
      confusion.replaceChildren(h('h2', {}, 'Confusion'), confusionTable(model.confusion, classes, panel.theme));
    const folds = run.predictions?.filter(fold => fold.variant === variant) ?? [];
    element.hidden = folds.length === 0 && !model?.confusion;
    const isBinary = classes?.length === 2;
    for (const each of [roc, recall, calibration]) each.element.hidden = folds.length === 0 || !isBinary;
    residuals.element.hidden = folds.length === 0 || classes !== null;
    worst.hidden = folds.length === 0;
    if (folds.length === 0) return;
    if (isBinary) updateThresholds(folds, index, model?.summary ?? {});
    if (classes === null) updateResiduals(folds, index);
    updateWorst(folds, classes);
  }

  function updateThresholds(folds: readonly FoldPredictions[], index: number, summary: Summary): void {
    const {theme} = panel;
    const positive = run.stored.data.classes![1]!;
    const rows = folds.map(({predictions, actual}) => ({scores: predictions, actual}));
    const rocCurves = rows.map(rocCurve).filter(curve => curve !== null);
    if (rocCurves.length > 0) {
      tables.roc = curveTable('ROC of the folds.', 'AUC', folds, rows.map(rocCurve));
      roc.show(
        foldCurvesFigure(rocCurves, {
          theme,
          index,
          x: 'false positive rate',
          y: 'true positive rate',
          diagonal: true,
          title: 'ROC curves of the folds',
        }),
        `Area ${meanAndSd('rocAuc', summary.rocAuc?.mean, summary.rocAuc?.sd)} over the folds; ½ is guessing. Positive is "${short(positive)}".`,
      );
    }
    const recallCurves = rows.map(precisionRecall).filter(curve => curve !== null);
    if (recallCurves.length > 0) {
      tables.recall = curveTable('Precision and recall of the folds.', 'Area', folds, rows.map(precisionRecall));
      recall.show(
        foldCurvesFigure(recallCurves, {
          theme,
          index,
          x: 'recall',
          y: 'precision',
          diagonal: false,
          title: 'Precision and recall of the folds',
        }),
        `Of the rows called "${short(positive)}", the share that is; against the share of them that is found.`,
      );
    }
    const bins = calibrationBins(
      folds.flatMap(({predictions}) => [...predictions]),
      folds.flatMap(({actual}) => [...actual]),
    );
    tables.calibration = {
      caption: 'Rows by predicted probability.',
      head: ['Predicted', 'Rows', 'Mean prediction', 'Came true'],
      rows: bins.map(bin => [
        `${percent(bin.from, 0)} to ${percent(bin.to, 0)}`,
        grouped(bin.rows),
        percent(bin.predicted),
        percent(bin.observed),
      ]),
    };
    calibration.show(
      calibrationFigure(bins, theme, index, 'Calibration'),
      `Rows by the probability of "${short(positive)}": on the dashed line it means what it says. Of the folds: Brier score ${meanAndSd('brier', summary.brier?.mean, summary.brier?.sd)}; expected calibration error, by the probability of the class that is predicted, ${meanAndSd('ece', summary.ece?.mean, summary.ece?.sd)}.`,
    );
  }

  function updateResiduals(folds: readonly FoldPredictions[], index: number): void {
    const rows = folds.flatMap(({predictions, actual, lines}) =>
      Array.from(predictions, (predicted, i) => ({line: lines[i]!, predicted, residual: actual[i]! - predicted})),
    );
    tables.residuals = {
      caption: 'Residuals of all test rows.',
      head: ['Line', 'Predicted', 'Actual − predicted'],
      rows: rows.map(row => [grouped(row.line), number(row.predicted), number(row.residual)]),
    };
    residuals.show(
      residualFigure(rows, panel.theme, index, 'Residuals'),
      'A good model leaves a cloud without shape around the dashed line.',
    );
  }

  function updateWorst(folds: readonly FoldPredictions[], classes: readonly string[] | null): void {
    const rows = worstRows(folds, classes?.length ?? null).slice(0, WORST);
    worst.replaceChildren(
      h('h2', {}, 'Worst predictions'),
      h(
        'div',
        {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Table of the worst predictions'},
        h(
          'table',
          {class: 'figures'},
          h('caption', {}, 'Rows that the variant gets most wrong. A line opens in the data file.'),
          h(
            'thead',
            {},
            h('tr', {}, ...['Line', 'Actual', 'Predicted', 'Error'].map(cell => h('th', {scope: 'col'}, cell))),
          ),
          h('tbody', {}, ...rows.map(row => worstRow(row, classes))),
        ),
      ),
    );
  }

  function worstRow(row: PredictedRow, classes: readonly string[] | null): HTMLElement {
    const open = h(
      'button',
      {
        type: 'button',
        class: 'link',
        'aria-label': `Open line ${row.line} of the data file`,
        on: {click: () => host.post({kind: 'openDataLine', line: row.line})},
      },
      grouped(row.line),
    );
    const actual = classes ? short(classes[row.actual] ?? '?', 24) : number(row.actual);
    const predicted =
      classes?.length === 2
        ? `${short(classes[row.predicted > 0.5 ? 1 : 0] ?? '?', 24)} (${percent(row.predicted > 0.5 ? row.predicted : 1 - row.predicted)})`
        : classes
          ? short(classes[row.predicted] ?? '?', 24)
          : number(row.predicted);
    return h(
      'tr',
      {},
      h('th', {scope: 'row'}, open),
      h('td', {}, actual),
      h('td', {}, predicted),
      h('td', {}, number(row.error)),
    );
  }

  return {element, update};
}

type Summary = {readonly [metric: string]: {readonly mean: number | null; readonly sd: number | null} | undefined};

const empty = (): TableContent => ({caption: '', head: [], rows: []});

function curveTable(
  caption: string,
  name: string,
  folds: readonly FoldPredictions[],
  curves: readonly (CurvePoint[] | null)[],
): TableContent {
  return {
    caption,
    head: ['Fold', name],
    rows: folds.map(({repeat, fold}, i) => [
      `Repeat ${repeat}, fold ${fold}`,
      curves[i] ? number(area(curves[i])) : '–',
    ]),
  };
}
