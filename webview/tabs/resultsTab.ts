import type {CrossValidation, ModelResult, TrainedModel} from '../../schemas/generated/run.ts';
import {foldDots} from '../figures/foldDots.ts';
import type {Panel, Tab} from '../panel.ts';
import {foldResults} from '../run/foldResults.ts';
import {metricLabel} from '../statistics/metricLabels.ts';
import {h} from '../ui/dom.ts';
import {figure} from '../ui/figure.ts';
import {counted, duration, grouped, meanAndSd, metricValue, short} from '../ui/format.ts';
import * as kit from '../ui/kit.ts';
import {predictionFigures} from './predictionFigures.ts';
import {variantMark} from './variantKey.ts';

/** The metrics of the table, in order; others are in the list above the dots. */
const SHOWN = ['accuracy', 'nll', 'rocAuc', 'brier', 'ece', 'rmse', 'mae', 'r2'];

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
  );
  const element = h('div', {class: 'results-tab'}, waiting, content);
  new ResizeObserver(() => panel.redraw()).observe(element);

  const models = () => foldResults(run);

  function metricNames(): string[] {
    const known = new Set(models().flatMap(({summary: own}) => Object.keys(own)));
    return [...SHOWN.filter(name => known.has(name)), ...[...known].filter(name => !SHOWN.includes(name))];
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
      for (const part of [comparison, dots.element, predictions.element]) part.hidden = true;
      for (const bar of content.querySelectorAll<HTMLElement>('.toolbar')) bar.hidden = true;
      return;
    }
    const metrics = metricNames();
    const metric = shownMetric();
    metricChoice.set(
      metrics.map(value => ({value, label: metricLabel(value)})),
      metric,
    );
    variantChoice.set(
      run.variantNames.map(value => ({value, label: short(value, 40)})),
      shownVariant(),
    );
    summary.replaceChildren(
      ...(result
        ? [h('p', {class: 'headline'}, resultSentence(result))]
        : [h('p', {class: 'headline'}, liveSentence(all))]),
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

function liveSentence(models: readonly ModelResult[]): string {
  const folds = models.reduce((sum, {folds: own}) => sum + own.length, 0);
  return `So far ${counted(folds, 'fold')} ended. Means change until the last one has.`;
}

function resultTable(
  models: readonly ModelResult[],
  variants: readonly string[],
  metrics: readonly string[],
  theme: Parameters<typeof variantMark>[1],
): HTMLElement {
  const row = (model: ModelResult) => {
    const index = variants.indexOf(model.name);
    const diverged = model.folds.filter(({status}) => status === 'diverged').length;
    return h(
      'tr',
      index < 0 ? {class: 'baseline'} : {},
      h(
        'th',
        {scope: 'row'},
        h(
          'span',
          {class: 'model'},
          index < 0 ? null : variantMark(index, theme),
          h('bdi', {title: short(model.name, 200)}, short(model.name, 40)),
        ),
      ),
      ...metrics.map(metric => h('td', {}, meanAndSd(metric, model.summary[metric]?.mean, model.summary[metric]?.sd))),
      h('td', {}, model.parameters === undefined ? '' : grouped(model.parameters)),
      h('td', {}, diverged === 0 ? String(model.folds.length) : `${model.folds.length}, ${diverged} diverged`),
    );
  };
  return h(
    'div',
    {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Results of the variants'},
    h(
      'table',
      {class: 'results'},
      h(
        'caption',
        {},
        'Mean ± standard deviation over the test folds. The baselines below are what a network has to beat.',
      ),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ...['Variant', ...metrics.map(metricLabel), 'parameters', 'folds'].map(cell => h('th', {scope: 'col'}, cell)),
        ),
      ),
      h('tbody', {}, ...models.map(row)),
    ),
  );
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

/** What a search found, and what a reader should know of the numbers: as they are stored. */
function resultWords({tuning, notes = []}: CrossValidation): HTMLElement[] {
  const words = [...(tuning?.words ?? []), ...notes];
  return words.length === 0 ? [] : [h('ul', {class: 'notes'}, ...words.map(text => h('li', {}, text)))];
}

function foldTable(models: readonly ModelResult[], metric: string) {
  const keys = [...new Set(models.flatMap(({folds}) => folds.map(({repeat, fold}) => `${repeat}/${fold}`)))];
  const value = (model: ModelResult, key: string) => {
    const found = model.folds.find(({repeat, fold}) => `${repeat}/${fold}` === key);
    return found?.status === 'diverged' ? 'diverged' : metricValue(metric, found?.metrics[metric]);
  };
  const rows = keys.map(key => {
    const [repeat, fold] = key.split('/');
    return [`Repeat ${repeat}, fold ${fold}`, ...models.map(model => value(model, key))];
  });
  rows.push(['Mean ± sd', ...models.map(({summary}) => meanAndSd(metric, summary[metric]?.mean, summary[metric]?.sd))]);
  return {
    caption: `${metricLabel(metric)} of every fold.`,
    head: ['Fold', ...models.map(({name}) => short(name, 60))],
    rows,
  };
}

function trainingTable(models: readonly TrainedModel[]): HTMLElement {
  const metrics = SHOWN.filter(name => models.some(model => typeof model.metrics[name] === 'number'));
  return h(
    'div',
    {},
    h(
      'p',
      {class: 'headline'},
      'Trained on all rows. The metrics below are those of the training rows themselves: no estimate for new rows. Cross-validate for that.',
    ),
    h(
      'table',
      {class: 'results'},
      h('caption', {}, 'Each trained model.'),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ...['Variant', ...metrics.map(metricLabel), 'training loss', 'epochs', 'parameters'].map(cell =>
            h('th', {scope: 'col'}, cell),
          ),
        ),
      ),
      h(
        'tbody',
        {},
        ...models.map(model =>
          h(
            'tr',
            {},
            h('th', {scope: 'row'}, h('bdi', {}, short(model.name, 40))),
            ...metrics.map(metric => h('td', {}, metricValue(metric, model.metrics[metric]))),
            h('td', {}, metricValue('', model.trainingLoss)),
            h('td', {}, grouped(model.epochs)),
            h('td', {}, grouped(model.parameters)),
          ),
        ),
      ),
    ),
  );
}
