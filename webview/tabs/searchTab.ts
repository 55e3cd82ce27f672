import type {Tuning} from '../../schemas/generated/run.ts';
import {type ScoredSetting, settingDots, sweptFigure} from '../figures/searchFigures.ts';
import type {Panel, Tab} from '../panel.ts';
import {
  ranked,
  type SearchCurve,
  savedBySearch,
  scoreOf,
  searchCurves,
  type TriedSetting,
  triedSettings,
} from '../run/search.ts';
import {METRICS, metricLabel} from '../statistics/metricLabels.ts';
import {h} from '../ui/dom.ts';
import {type Figure, figure} from '../ui/figure.ts';
import {counted, duration, grouped, metricValue, number, short} from '../ui/format.ts';
import {type TableContent, table} from '../ui/tableTwin.ts';
import {nth} from '../ui/theme.ts';

/** While a search goes on its figures are drawn this often. */
const REDRAW_EVERY_MS = 1000;
/** More settings below each other than this are no picture: the table has them all. */
const MOST_DOTS = 40;
/** What is drawn beside the metric that is searched by. */
const SHOWN = {classification: ['accuracy', 'nll'], regression: ['rmse', 'r2']} as const;

const STATUS_WORDS: {readonly [S in TriedSetting['status']]: string} = {
  waiting: 'waits',
  running: 'running',
  finished: 'ran to the end',
  ruledOut: 'ruled out',
  diverged: 'diverged',
  cancelled: 'stopped',
};

/** A search for the best setting: what was tried, what it scored, and what the winner's score is worth. */
export function searchTab(panel: Panel): Tab {
  const {run} = panel;
  let drawn = '';
  let drawnAt = 0;
  const headline = h('p', {class: 'headline'});
  const facts = h('dl', {class: 'facts'});
  const figures = h('div', {class: 'figures-grid'});
  const words = h('section', {class: 'comparison', 'aria-label': 'The conclusion in words'});
  const settings = h('section', {class: 'settings scroll', tabindex: '0', 'aria-label': 'Every setting'});
  const element = h('div', {class: 'search-tab'}, headline, facts, figures, words, settings);
  /** Figures and the contents of their tables, by title. */
  const known = new Map<string, Figure>();
  const contents = new Map<string, TableContent>();
  new ResizeObserver(() => panel.redraw()).observe(element);

  function metrics(): string[] {
    const {metric} = plan();
    const task = run.stored.data.classes ? 'classification' : 'regression';
    return [metric, ...SHOWN[task].filter(each => each !== metric)];
  }

  /** The tab is offered for searches alone. */
  function plan() {
    return run.stored.search!;
  }

  const score = (setting: TriedSetting, metric: string) => scoreOf(setting, metric, plan().testPerTrain);

  /** The best so far among those that are not stopped; where the search has ended, the winner. */
  function leader(tried: readonly TriedSetting[]): string | null {
    const tuning = run.stored.crossValidation?.tuning;
    if (tuning) return tuning.winner;
    const [first] = ranked(tried, plan().metric, plan().testPerTrain);
    return first && score(first, plan().metric).mean !== null ? first.name : null;
  }

  function draw(): void {
    const tried = triedSettings(run, plan());
    const tuning = run.stored.crossValidation?.tuning ?? null;
    headline.textContent = tuning ? endedSentence(tried) : liveSentence(tried);
    facts.replaceChildren(...factNodes(tried, tuning));
    // What was found of a rate stands below its figure.
    const found = tuning?.words.filter(text => !tuning.sweeps.some(sweep => sweep.words === text)) ?? [];
    words.hidden = found.length === 0;
    words.replaceChildren(h('h2', {}, 'The conclusion'), h('ul', {}, ...found.map(text => h('li', {}, text))));
    const curves = searchCurves(run, plan());
    figures.replaceChildren(
      ...(curves.length > 0
        ? curves.flatMap((curve, index) => metrics().map(metric => curveFigure(curve, index, metric, tried)))
        : metrics().map(metric => dotsFigure(metric, tried))),
    );
    settings.replaceChildren(table(settingTable(tried)));
  }

  function liveSentence(tried: readonly TriedSetting[]): string {
    if (!run.isLive) return 'This search ended before it had a result.';
    const {metric, settings: all} = plan();
    if (run.nested) {
      const {done, networks} = run.nested;
      return `All folds have ended. Nested cross-validation now makes the choice anew on the training part of each fold: ${grouped(done)} of ${counted(networks, 'network')}.`;
    }
    const folds = tried.reduce((sum, each) => sum + each.folds.length, 0);
    const expected = run.tasks - [...run.stopped.values()].reduce((sum, {notTrained}) => sum + notTrained, 0);
    return `${counted(all.length, 'setting')} on the same folds, by ${metricLabel(metric)}: ${grouped(folds)} of ${counted(expected, 'network')} so far. Means and bars move until the last fold has ended.`;
  }

  function endedSentence(tried: readonly TriedSetting[]): string {
    const most = Math.max(...tried.map(({folds}) => folds.length));
    return `${counted(tried.length, 'setting')} on the same ${counted(most, 'fold')}, by ${metricLabel(plan().metric)}.`;
  }

  function factNodes(tried: readonly TriedSetting[], tuning: Tuning | null): HTMLElement[] {
    const {metric, method, innerFolds, notNested} = plan();
    const best = leader(tried);
    const own = best === null ? null : score(tried.find(({name}) => name === best)!, metric).mean;
    const nodes = [
      fact(
        tuning ? 'The winner’s own score' : 'Leads so far',
        own === null ? '–' : `${metricLabel(metric)} ${metricValue(metric, own)}`,
        best === null
          ? run.isLive
            ? 'No fold has ended yet.'
            : 'No setting ran to its end.'
          : `"${short(best, 60)}": chosen for this score, which is too good for that reason.`,
      ),
    ];
    const nested = tuning?.nested ?? null;
    if (nested) {
      const picks = Object.entries(nested.picks).sort(([, a], [, b]) => Number(b) - Number(a));
      const picked = picks.map(([name, count]) => `"${short(name, 40)}" ${counted(Number(count), 'time')}`).slice(0, 4);
      nodes.push(
        fact(
          'The honest estimate, nested',
          `${metricLabel(metric)} ${metricValue(metric, nested.mean)}`,
          `Each fold’s training part chose anew, by ${nested.innerFolds} inner folds: ${picked.join(', ')}${picks.length > picked.length ? ', …' : ''}.`,
        ),
      );
      if (own !== null && nested.mean !== null) nodes.push(optimismFact(own, nested.mean, tried.length));
    } else if (notNested !== undefined) {
      nodes.push(fact('The honest estimate, nested', '–', notNested));
    } else if (innerFolds > 0) {
      nodes.push(
        fact(
          'The honest estimate, nested',
          run.nested && run.isLive ? `${grouped(run.nested.done)} of ${grouped(run.nested.networks)}` : '–',
          run.isLive ? 'It follows when all folds have ended.' : 'There is none: the search ended before.',
        ),
      );
    }
    const saved = savedBySearch(run);
    const stopped = tried.filter(({status}) => status === 'ruledOut').length;
    nodes.push(
      fact(
        'Saved by stopping early',
        saved.networks === 0 ? 'nothing' : `about ${duration(saved.seconds)}`,
        method === 'sweep'
          ? 'A sweep runs every rate to the end, so that the curve is whole.'
          : saved.networks === 0
            ? 'No setting was found worse early.'
            : `${counted(stopped, 'setting')} went no further: ${counted(saved.networks, 'network')} less to train.`,
      ),
    );
    return nodes;
  }

  function optimismFact(own: number, nested: number, tried: number): HTMLElement {
    const {metric} = plan();
    const optimism = METRICS[metric]?.direction === 'higher' ? own - nested : nested - own;
    const size =
      METRICS[metric]?.unit === 'share'
        ? `${(100 * optimism).toFixed(1)} points`
        : number(Number(optimism.toPrecision(2)));
    return optimism > 0
      ? fact('Optimism', size, `By so much the winner’s own score is too good, because it is the best of ${tried}.`)
      : fact('Optimism', 'none', 'Here the choice has not made the winner’s score too good.');
  }

  function scored(tried: readonly TriedSetting[], metric: string): ScoredSetting[] {
    return tried.map(setting => ({setting, score: score(setting, metric)}));
  }

  function curveFigure(curve: SearchCurve, index: number, metric: string, tried: readonly TriedSetting[]): HTMLElement {
    const byName = new Map(scored(tried, metric).map(each => [each.setting.name, each]));
    const points = curve.points.flatMap(({x, setting}) => {
      const found = byName.get(setting);
      return found ? [{...found, x}] : [];
    });
    const isChosenBy = metric === plan().metric;
    const own = keptFigure(`${curve.title}: ${metricLabel(metric)}`, {
      caption: `${metricLabel(metric)} by ${curve.axis}, with the corrected standard error.`,
      head: [curve.axis, metricLabel(metric), '± error', 'folds', 'status'],
      rows: points.map(({x, setting, score: {mean, error}}) => [
        String(x),
        metricValue(metric, mean),
        metricValue(metric, error),
        String(setting.folds.length),
        statusWords(setting),
      ]),
    });
    const drawing = sweptFigure({...curve, range: isChosenBy ? curve.range : null}, points, {
      ...options(metric, index),
      winner: isChosenBy ? leader(tried) : null,
    });
    own.show(drawing, isChosenBy && curve.words ? curve.words : 'Bars: one corrected standard error.');
    return own.element;
  }

  function dotsFigure(metric: string, tried: readonly TriedSetting[]): HTMLElement {
    const order = scored(ranked(tried, metric, plan().testPerTrain), metric);
    const shown = order.slice(0, MOST_DOTS);
    const own = keptFigure(`Settings by ${metricLabel(metric)}`, {
      caption: `${metricLabel(metric)} of every setting, with the corrected standard error.`,
      head: ['Setting', metricLabel(metric), '± error', 'folds', 'status'],
      rows: order.map(({setting, score: {mean, error}}) => [
        short(setting.name, 80),
        metricValue(metric, mean),
        metricValue(metric, error),
        String(setting.folds.length),
        statusWords(setting),
      ]),
    });
    const rest = order.length - shown.length;
    own.show(
      settingDots(shown, {...options(metric, 0), winner: leader(tried)}),
      `Bars: one corrected standard error. A cross is a setting that went no further, on the folds that it ran.${rest > 0 ? ` The table has ${rest} more.` : ''}`,
    );
    return own.element;
  }

  function options(metric: string, index: number) {
    const {theme} = panel;
    const width = Math.max(300, Math.min(640, element.clientWidth - 8));
    return {metric, theme, color: nth(theme.series, index), width};
  }

  /** The figure of a title stays the same: an open table stays open. */
  function keptFigure(title: string, content: TableContent): Figure {
    contents.set(title, content);
    const kept = known.get(title) ?? figure(title, () => contents.get(title)!);
    known.set(title, kept);
    return kept;
  }

  function settingTable(tried: readonly TriedSetting[]): TableContent {
    const shown = metrics();
    return {
      caption: 'Every setting, the best first: mean over the folds that it ran ± one corrected standard error.',
      head: ['Setting', ...shown.map(metricLabel), 'folds', 'status'],
      rows: ranked(tried, plan().metric, plan().testPerTrain).map(setting => [
        short(setting.name, 60),
        ...shown.map(metric => {
          const {mean, error} = score(setting, metric);
          return error === null
            ? metricValue(metric, mean)
            : `${metricValue(metric, mean)} ± ${metricValue(metric, error)}`;
        }),
        String(setting.folds.length),
        statusWords(setting),
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
      const ended = [...run.networks.values()].filter(network => network.ended).length;
      const live = [run.tasks, ended, run.stopped.size, run.nested?.done ?? -1];
      const chosen = JSON.stringify([panel.theme, run.stored.status, run.isLive, element.clientWidth]);
      const key = `${chosen} ${live.join()}`;
      if (key === drawn) return;
      const wait = REDRAW_EVERY_MS - (performance.now() - drawnAt);
      if (wait > 0 && drawn.startsWith(chosen)) {
        setTimeout(() => panel.redraw(), wait);
        return;
      }
      drawn = key;
      drawnAt = performance.now();
      draw();
    },
  };
}

function statusWords({status, why}: TriedSetting): string {
  return why ? `${STATUS_WORDS[status]}: ${why}` : STATUS_WORDS[status];
}

function fact(name: string, value: string, sentence: string): HTMLElement {
  return h(
    'div',
    {class: 'fact'},
    h('dt', {}, name),
    h('dd', {class: 'value'}, value),
    h('dd', {class: 'sentence'}, sentence),
  );
}
