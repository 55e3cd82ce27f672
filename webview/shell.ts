import type {Panel, Tab} from './panel.ts';
import {progressOf} from './run/progress.ts';
import {curvesTab} from './tabs/curvesTab.ts';
import {layersTab} from './tabs/layersTab.ts';
import {networkTab} from './tabs/networkTab.ts';
import {resultsTab} from './tabs/resultsTab.ts';
import {searchTab} from './tabs/searchTab.ts';
import {surfaceTab} from './tabs/surfaceTab.ts';
import {h, setText} from './ui/dom.ts';
import {counted, duration, percent, short} from './ui/format.ts';
import * as kit from './ui/kit.ts';
import type {TabId} from './view.ts';

const TITLES: {readonly [Id in TabId]: string} = {
  search: 'Search',
  network: 'Network',
  curves: 'Curves',
  layers: 'Layers',
  results: 'Results',
  surface: 'Decision surface',
};

const STATUS_WORDS = {
  queued: 'waiting',
  running: 'training',
  paused: 'paused',
  completed: 'completed',
  cancelled: 'cancelled',
  failed: 'failed',
} as const;

type Status = keyof typeof STATUS_WORDS;

/** The page of a run: its head with the controls, and the tabs. */
export function shell(panel: Panel) {
  const {run, host} = panel;
  const tabs: {readonly [Id in TabId]: Tab} = {
    search: searchTab(panel),
    network: networkTab(panel),
    curves: curvesTab(panel),
    layers: layersTab(panel),
    results: resultsTab(panel),
    surface: surfaceTab(panel),
  };
  // Only a search has anything to show there.
  const ids = (Object.keys(TITLES) as TabId[]).filter(id => id !== 'search' || run.stored.search);
  let visible: TabId | null = null;
  const started = new Date(run.stored.startedAt).toLocaleString(undefined, {dateStyle: 'medium', timeStyle: 'short'});

  const document_ = h(
    'button',
    {
      type: 'button',
      class: 'document link',
      title: 'Open the document',
      on: {click: () => host.post({kind: 'openDocument', layer: null})},
    },
    h('bdi', {}, short(run.stored.document.name, 80)),
  );
  const status = h('span', {class: 'status'});
  const progress = h('progress', {max: '1', 'aria-label': 'Progress of the run'});
  const progressText = h('span', {class: 'progress-text'});
  const failure = h('p', {class: 'failure', role: 'alert'});
  const problem = h('p', {class: 'problem', role: 'status'});
  const ask = (method: 'mlpLab/pauseRun' | 'mlpLab/continueRun' | 'mlpLab/cancelRun') => () =>
    control(host.request(method, {run: run.live?.run ?? ''}));
  const step = (by: 'batch' | 'epoch') => () => control(host.request('mlpLab/stepRun', {run: run.live?.run ?? '', by}));
  const buttons = {
    pause: kit.button({label: 'Pause', icon: 'pause', onClick: ask('mlpLab/pauseRun')}),
    resume: kit.button({label: 'Resume', icon: 'go', look: 'primary', onClick: ask('mlpLab/continueRun')}),
    stepBatch: kit.button({label: 'Step one batch', icon: 'stepBatch', iconOnly: true, onClick: step('batch')}),
    stepEpoch: kit.button({label: 'Step one epoch', icon: 'stepEpoch', iconOnly: true, onClick: step('epoch')}),
    cancel: kit.button({label: 'Cancel the run', icon: 'stop', iconOnly: true, onClick: ask('mlpLab/cancelRun')}),
  };
  const controls = h(
    'div',
    {class: 'group controls', role: 'group', 'aria-label': 'Training'},
    ...Object.values(buttons),
  );
  const tabButtons = ids.map(id => tabButton(id));
  const pages = ids.map(id =>
    h('div', {class: 'page', role: 'tabpanel', id: `page-${id}`, 'aria-labelledby': `tab-${id}`}, tabs[id].element),
  );
  const element = h(
    'div',
    {class: 'shell'},
    h(
      'header',
      {},
      h(
        'div',
        {class: 'head'},
        h('h1', {}, document_),
        status,
        h('div', {class: 'progress'}, progress, progressText),
        controls,
      ),
      failure,
      problem,
      h(
        'div',
        {class: 'tabs', role: 'tablist', 'aria-label': 'Views of the run', on: {keydown: event => onTabKey(event)}},
        ...tabButtons,
      ),
    ),
    h('main', {}, ...pages),
  );

  function control(answer: Promise<unknown>): void {
    answer.then(
      state => {
        run.live = state as typeof run.live;
        panel.redraw();
      },
      (error: Error) => panel.tell(error.message),
    );
  }

  function tabButton(id: TabId): HTMLElement {
    return h(
      'button',
      {
        type: 'button',
        role: 'tab',
        id: `tab-${id}`,
        class: 'tab',
        'aria-controls': `page-${id}`,
        on: {click: () => panel.changeView({tab: id})},
      },
      TITLES[id],
    );
  }

  function onTabKey({key}: KeyboardEvent): void {
    // Not the chosen one, which this run may not have.
    const at = visible ? ids.indexOf(visible) : 0;
    const next = {ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: ids.length - 1}[key];
    if (next === undefined) return;
    const id = ids[(next + ids.length) % ids.length]!;
    panel.changeView({tab: id});
    tabButtons[ids.indexOf(id)]!.focus();
  }

  function showTab(): void {
    const wanted = ids.includes(panel.view.tab) ? panel.view.tab : 'network';
    if (wanted === visible) return;
    if (visible) tabs[visible].hide();
    visible = wanted;
    for (const [i, id] of ids.entries()) {
      const isVisible = id === wanted;
      tabButtons[i]!.setAttribute('aria-selected', String(isVisible));
      tabButtons[i]!.tabIndex = isVisible ? 0 : -1;
      pages[i]!.hidden = !isVisible;
    }
    tabs[wanted].show();
  }

  function updateHead(): void {
    const current = currentStatus();
    setText(status, run.live || current !== 'completed' ? STATUS_WORDS[current] : 'stored run');
    status.dataset.status = current;
    const {share, secondsLeft} = progressOf(run);
    const isOpen = run.isLive;
    progress.hidden = !isOpen;
    progress.value = run.nested ? run.nested.done / run.nested.networks : share;
    setText(progressText, isOpen ? progressWords(current, share, secondsLeft) : endWords());
    controls.hidden = !isOpen;
    buttons.pause.hidden = current !== 'running';
    buttons.resume.hidden = current !== 'paused';
    buttons.stepBatch.hidden = current !== 'paused';
    buttons.stepEpoch.hidden = current !== 'paused';
    const sentence = run.live?.failure ?? run.ended?.failure ?? run.stored.failure ?? '';
    setText(failure, sentence);
    failure.hidden = sentence === '';
    // Why a search is not nested stands where its estimate would be.
    const isShown = run.problem !== null && run.problem !== run.stored.search?.notNested;
    setText(problem, isShown ? run.problem! : '');
    problem.hidden = !isShown;
  }

  function currentStatus(): Status {
    if (run.ended) return run.ended.status;
    if (run.live) return run.live.status;
    // A folder that says it runs and that nobody writes was interrupted.
    return run.stored.status === 'running' ? 'cancelled' : run.stored.status;
  }

  function progressWords(current: Status, share: number, secondsLeft: number | null): string {
    if (current === 'queued')
      return run.live?.place ? `${counted(run.live.place, 'run')} before it` : 'next in the queue';
    if (run.nested) return `nested, ${percent(run.nested.done / run.nested.networks, 0)}`;
    const left = current === 'running' && secondsLeft !== null ? `, ${duration(secondsLeft)} left` : '';
    return `${percent(share, 0)}${left}`;
  }

  function endWords(): string {
    const folds = [...run.networks.values()].filter(({ended}) => ended).length;
    return `${counted(folds, 'network')}, ${started}`;
  }

  return {
    element,
    update(): void {
      updateHead();
      showTab();
      tabs[visible!]!.update();
    },
    dispose(): void {
      if (visible) tabs[visible].hide();
    },
  };
}
