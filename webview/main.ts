/** Entry point of the panel: connects the host, the shown run and the page. */
import type {ToPanel} from '../schemas/panel.ts';
import {connectHost, type Host, Refusal, type Unanswered} from './host.ts';
import type {Panel} from './panel.ts';
import {layerView} from './run/layerView.ts';
import {ShownRun} from './run/shownRun.ts';
import {shell} from './shell.ts';
import {shownNetwork} from './tabs/networkChooser.ts';
import {announcer} from './ui/announcer.ts';
import {registerKit} from './ui/kit.ts';
import {messagePage} from './ui/messagePage.ts';
import {onThemeChange, readTheme} from './ui/theme.ts';
import {parseView, type View} from './view.ts';
import {forgetWatch} from './watch.ts';

registerKit();

const root = document.getElementById('panel')!;
const announce = announcer(document.body);
let view: View;
/** The run that the view is of; undefined: none yet. */
let shownDirectory: string | undefined;
let page: {run: ShownRun; shell: ReturnType<typeof shell>} | null = null;
let theme = readTheme();
let isDrawing = false;
/** Goes up when another run is shown: what was asked for the one before is not taken in. */
let generation = 0;

const host: Host = connectHost(message => guarded(() => void take(message)));
const kept = host.readState();
view = parseView(kept?.view);
shownDirectory = kept?.directory;
onThemeChange(() => {
  theme = readTheme();
  redraw();
});
window.addEventListener('error', event => fail(event.error ?? event.message));
window.addEventListener('unhandledrejection', event => fail(event.reason));
root.replaceChildren(messagePage('Loading the run …', {isBusy: true}));
host.post({kind: 'ready'});

function take(message: Unanswered): void {
  switch (message.kind) {
    case 'show':
      void show(message);
      break;
    case 'notification':
      takeNotification(message);
      break;
    case 'sidecar':
      takeSidecar(message.status);
      break;
  }
}

async function show({directory, state, layer}: Extract<ToPanel, {kind: 'show'}>): Promise<void> {
  const mine = ++generation;
  page?.shell.dispose();
  page = null;
  root.replaceChildren(messagePage('Loading the run …', {isBusy: true}));
  const isAnother = shownDirectory !== directory;
  // Choices of another run, such as a variant of it, mean nothing here.
  if (isAnother) view = {...view, place: null, layer: null, isolated: null, hidden: [], zoom: null};
  try {
    const stored = await host.request('mlpLab/readRun', {directory});
    if (mine !== generation) return;
    const run = new ShownRun(directory, stored, state);
    if (!state) run.addEvents(0, await host.request('mlpLab/readEvents', {directory}));
    if (mine !== generation) return;
    if (layer !== undefined) view = {...view, ...layerView(run, layer, shownNetwork({run, view})?.variant)};
    else if (stored.search && isAnother) view = {...view, tab: 'search'};
    page = {run, shell: shell(panelOf(run))};
    root.replaceChildren(page.shell.element);
    remember();
    redraw();
    if (state) await attach(run);
  } catch (error) {
    if (mine !== generation) return;
    if (error instanceof Refusal) root.replaceChildren(messagePage(error.message, {isBusy: false}));
    else fail(error);
  }
}

async function attach(run: ShownRun): Promise<void> {
  run.live = await host.request('mlpLab/attach', {run: run.live!.run, from: run.eventCount});
  redraw();
}

function panelOf(run: ShownRun): Panel {
  return {
    host,
    run,
    get view() {
      return view;
    },
    get theme() {
      return theme;
    },
    changeView(change) {
      view = {...view, ...change};
      remember();
      redraw();
    },
    redraw,
    announce: announce.say,
    tell(sentence) {
      // What was asked of a process that ended is refused by the way; that it ended is what counts.
      if (!document.body.classList.contains('disconnected')) announce.show(sentence);
    },
  };
}

function takeNotification(message: Extract<ToPanel, {kind: 'notification'}>): void {
  const run = page?.run;
  if (!run?.live) return;
  switch (message.method) {
    case 'mlpLab/runEvents':
      if (message.params.run !== run.live.run) return;
      run.addEvents(message.params.from, message.params.events);
      if (run.ended) void finish(run);
      break;
    case 'mlpLab/live':
      if (message.params.run === run.live.run) run.addLive(message.params);
      break;
    case 'mlpLab/queueChanged':
      run.live = message.params.runs.find(each => each.run === run.live?.run) ?? run.live;
      break;
    case 'mlpLab/logged':
      return;
  }
  redraw();
}

/** The result of a run is written when its last event has come. */
async function finish(run: ShownRun): Promise<void> {
  const {status = 'completed'} = run.ended ?? {};
  announce.say(`The run is ${status}.`);
  try {
    run.stored = await host.request('mlpLab/readRun', {directory: run.directory});
  } catch (error) {
    announce.show((error as Error).message);
  }
  redraw();
}

function takeSidecar(status: 'stopped' | 'started'): void {
  const run = page?.run;
  if (!run) {
    if (status === 'started') host.post({kind: 'ready'});
    return;
  }
  forgetWatch(run);
  document.body.classList.toggle('disconnected', status === 'stopped');
  if (status === 'stopped') {
    announce.show('The training process ended. It is started again, and the run goes on from its checkpoint.');
    return;
  }
  announce.show('The training process is back.');
  if (run.isLive) attach(run).catch((error: Error) => announce.show(error.message));
}

/** Draws once in the next frame, however often it is asked. */
function redraw(): void {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    guarded(() => page?.shell.update());
  });
}

function remember(): void {
  if (!page) return;
  shownDirectory = page.run.directory;
  host.writeState({version: 1, directory: shownDirectory, view});
}

function guarded(work: () => void): void {
  try {
    work();
  } catch (error) {
    fail(error);
  }
}

/** A bug: the log gets it, the user a sentence and a way on. */
function fail(error: unknown): void {
  // Browsers report it where an observer of sizes changes a size; nothing is lost.
  if (String(error).includes('ResizeObserver loop')) return;
  const message = error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error);
  host.post({kind: 'failed', message});
  page?.shell.dispose();
  page = null;
  generation++;
  root.replaceChildren(
    messagePage('The panel met an error of its own. The training goes on; the log has the details.', {
      isBusy: false,
      action: {label: 'Load the panel again', run: () => host.post({kind: 'ready'})},
    }),
  );
}
