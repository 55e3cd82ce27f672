import type {ModelResult, TrainedModel} from '../../schemas/generated/run.ts';
import {metricLabel} from '../statistics/metricLabels.ts';
import {h} from '../ui/dom.ts';
import {grouped, meanAndSd, metricValue, short} from '../ui/format.ts';
import type {TableContent} from '../ui/tableTwin.ts';
import type {Theme} from '../ui/theme.ts';
import {variantMark} from './variantKey.ts';

/** The metrics that come first, in order. */
export const FIRST_METRICS = ['accuracy', 'nll', 'rocAuc', 'brier', 'ece', 'rmse', 'mae', 'r2'];

/** A line for each variant and baseline. @param variants names of those that are variants, in their order */
export function resultTable(
  models: readonly ModelResult[],
  variants: readonly string[],
  metrics: readonly string[],
  theme: Theme,
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
        `Mean ± standard deviation over the test folds.${models.some(({name}) => !variants.includes(name)) ? ' The baselines below are what a network has to beat.' : ''}`,
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

/** Every fold in one metric. */
export function foldTable(models: readonly ModelResult[], metric: string): TableContent {
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

/** Models that were trained on all rows. */
export function trainingTable(models: readonly TrainedModel[]): HTMLElement {
  const metrics = FIRST_METRICS.filter(name => models.some(model => typeof model.metrics[name] === 'number'));
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
