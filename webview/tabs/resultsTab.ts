import type {CrossValidation, ModelResult} from '../../schemas/generated/run.ts';
import {foldDots} from '../figures/foldDots.ts';
import type {Panel, Tab} from '../panel.ts';
import {foldResults} from '../run/foldResults.ts';
import {metricLabel} from '../statistics/metricLabels.ts';
import {h} from '../ui/dom.ts';
import {figure} from '../ui/figure.ts';
import {counted, duration, short} from '../ui/format.ts';
import * as kit from '../ui/kit.ts';
import {explanationFigures} from './explanationFigures.ts';
import {variantOptions} from './networkChooser.ts';
import {predictionFigures} from './predictionFigures.ts';
import {FIRST_METRICS, foldTable, resultTable, trainingTable} from './resultTables.ts';

/** What came out: the table of means, every fold, the comparison in words, and what single predictions show. */
export function resultsTab(panel: Panel): Tab {
  const {run, host} = panel;
  let drawn = '';
  let asked = false;
  const summary = h('div', {class: 'summary'});
  const comparison = h('section', {class: 'comparison', 'aria-label': 'The comparison in words'});
  const metricChoice = kit.choice<string>('Metric', metric => panel.changeView({metric}));
  const variantChoice = kit.choice<string>('Variant', resultVariant => panel.changeView({resultVariant}));
  const dots = figure('Every fold', () => foldTable(models(), shownMetric()));
  const predictions = predictionFigures(panel);
  const explanation = explanationFigures(panel);
  const waiting = h('p', {class: 'hint'});
  const content = h(
    'div',
    {},
    summary,
    comparison,
    h('div', {class: 'toolbar'}, metricChoice.element),
    dots.element,
    h('div', {class: 'toolbar'}, variantChoice.element),
    predictions.element,
    explanation.element,
  );
  const element = h('div', {class: 'results-tab'}, waiting, content);
  new ResizeObserver(() => panel.redraw()).observe(element);

  const models = () => foldResults(run);

  function metricNames(): string[] {
    const known = new Set(models().flatMap(({summary: own}) => Object.keys(own)));
    return [
      ...FIRST_METRICS.filter(name => known.has(name)),
      ...[...known].filter(name => !FIRST_METRICS.includes(name)),
    ];
  }

  function shownMetric(): string {
    const names = metricNames();
    return panel.view.metric && names.includes(panel.view.metric) ? panel.view.metric : (names[0] ?? 'accuracy');
  }

  function shownVariant(): string {
    const {resultVariant} = panel.view;
    return resultVariant && run.variantNames.includes(resultVariant) ? resultVariant : (run.variantNames[0] ?? '');
  }

  function askForPredictions(): void {
    if (asked || run.predictions || !run.stored.crossValidation) return;
    asked = true;
    host.request('mlpLab/readPredictions', {directory: run.directory}).then(
      found => {
        run.predictions = found;
        drawn = '';
        panel.redraw();
      },
      (error: Error) => panel.tell(error.message),
    );
  }

  function draw(): void {
    const {theme} = panel;
    const result = run.stored.crossValidation;
    const training = run.stored.training;
    const all = models();
    const isEmpty = all.length === 0 && !training;
    waiting.hidden = !isEmpty;
    waiting.textContent = isEmpty ? emptySentence() : '';
    content.hidden = isEmpty;
    if (isEmpty) return;
    if (training) {
      summary.replaceChildren(trainingTable(training.models));
      for (const part of [comparison, dots.element, predictions.element, explanation.element]) part.hidden = true;
      for (const bar of content.querySelectorAll<HTMLElement>('.toolbar')) bar.hidden = true;
      return;
    }
    const metrics = metricNames();
    const metric = shownMetric();
    metricChoice.set(
      metrics.map(value => ({value, label: metricLabel(value)})),
      metric,
    );
    variantChoice.set(variantOptions(run), shownVariant());
    summary.replaceChildren(
      ...(result
        ? [h('p', {class: 'headline'}, resultSentence(result))]
        : [h('p', {class: 'headline'}, unfinishedSentence(all, run.isLive))]),
      resultTable(all, run.variantNames, metrics.slice(0, 6), theme),
    );
    comparison.hidden = !result || result.comparisons.length === 0;
    if (result) comparison.replaceChildren(...comparisonWords(result, metric), ...resultWords(result));
    dots.show(
      foldDots(all, run.variantNames.length, metric, {
        theme,
        width: Math.max(320, Math.min(900, element.clientWidth - 20)),
      }),
      'A dot is a fold; a thin line joins the same fold of the variants, which were tested on the same rows; a bar is the mean.',
    );
    predictions.update(shownVariant());
    explanation.update(shownVariant(), metric);
    variantChoice.element.hidden = predictions.element.hidden && explanation.element.hidden;
  }

  function emptySentence(): string {
    if (run.isLive) return 'No fold has ended yet: results appear here one by one.';
    return run.stored.failure ?? 'This run ended before any fold did, so there is no result.';
  }

  return {
    element,
    show() {
      drawn = '';
    },
    hide() {},
    update() {
      askForPredictions();
      const ended = [...run.networks.values()].filter(network => network.ended).length;
      const {metric, resultVariant} = panel.view;
      const key = JSON.stringify([
        ended,
        metric,
        resultVariant,
        panel.theme,
        run.stored.status,
        element.clientWidth,
        run.predictions?.length ?? -1,
      ]);
      if (key === drawn) return;
      drawn = key;
      draw();
    },
  };
}

function resultSentence({data, seconds, digest, variants, status}: CrossValidation): string {
  const folds = Math.max(0, ...variants.map(({folds: own}) => own.length));
  const early = status === 'completed' ? '' : 'Stopped early: these are the folds that ended. ';
  return `${early}${counted(data.rows, 'row')}, ${counted(folds, 'test fold')} for each variant, trained in ${duration(seconds)}. Digest ${digest.slice(0, 16)}.`;
}

function unfinishedSentence(models: readonly ModelResult[], isLive: boolean): string {
  const folds = models.reduce((sum, {folds: own}) => sum + own.length, 0);
  return isLive
    ? `So far ${counted(folds, 'fold')} ended. Means change until the last one has.`
    : `This run ended early, after ${counted(folds, 'fold')}: what it would have found in the others is not known.`;
}

function comparisonWords({comparisons, variants}: CrossValidation, metric: string): HTMLElement[] {
  const own = comparisons.filter(each => each.metric === metric);
  const shown = own.length > 0 ? own : comparisons.filter(each => each.metric === comparisons[0]?.metric);
  const first = variants[0]?.name ?? '';
  return [
    h('h2', {}, 'Compared on the same folds'),
    h(
      'ul',
      {},
      ...shown.map(({a, b, verdict, notes = []}) => {
        // A verdict that finds a difference names both; the others need the name of what was compared.
        const text = verdict.startsWith('"') ? verdict : `"${short(b, 60)}": ${verdict}`;
        const sentence = a === first ? `${text}.` : `Against "${short(a, 60)}": ${text}.`;
        return h('li', {}, sentence, ...notes.map(note => h('p', {class: 'sentence'}, note)));
      }),
    ),
    h('p', {class: 'sentence'}, 'By the corrected resampled t-test, which knows that folds share their training rows.'),
  ];
}

/** What a reader should know of the numbers, as it is stored. What a search found is told in its tab. */
function resultWords({notes = []}: CrossValidation): HTMLElement[] {
  return notes.length === 0 ? [] : [h('ul', {class: 'notes'}, ...notes.map(text => h('li', {}, text)))];
}
