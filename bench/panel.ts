/**
 * How quick the panel is, in a real Chromium, without a graphics card: frames while its sliders move, frames and the way
 * from batch to pixel while Sonar trains in a real sidecar beside it, and memory after 100 networks of 300 epochs. Each is
 * measured in several rounds, of which the median is told. `node bench/panel.ts [--json] [--out FILE]`; needs a built page
 * (`npm run build`) and Chromium, and takes a minute and a half. The whole result is written to bench/results/panel.json.
 */
import {copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {loadavg, tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import type {Page} from 'playwright-core';
import {startSidecar} from '../test/support/sidecarClient.ts';
import {hasChromium, type PanelBrowser, type PanelPage, startBrowser} from '../test/webview/support/panelPage.ts';
import {recordedHost} from '../test/webview/support/recordedHost.ts';
import {recordRun} from '../test/webview/support/recordRun.ts';
import {sidecarHost, startPaused} from '../test/webview/support/sidecarHost.ts';
import {describeMachine} from './comparison/machine.ts';
import {median} from './comparison/statistics.ts';

const RESULT = fileURLToPath(new URL('results/panel.json', import.meta.url));
const {values: options} = parseArgs({
  options: {json: {type: 'boolean', default: false}, out: {type: 'string', default: RESULT}},
});
if (!hasChromium) process.exit(1);

const SONAR = fileURLToPath(new URL('../examples/sonar/', import.meta.url));
const ROUNDS = 5;
const ROUND_MS = 3000;

const [loadBefore = 0] = loadavg();
const startedAt = new Date().toISOString();
const browser = await startBrowser();
const results = {
  scrubbing: await scrubbing(browser),
  live: await live(browser),
  memory: await memory(browser),
};
await browser.close();
const report = {
  version: 1,
  startedAt,
  rounds: ROUNDS,
  roundMs: ROUND_MS,
  machine: describeMachine(loadBefore),
  ...results,
};
writeFileSync(options.out, `${JSON.stringify(report, null, 1)}\n`);
if (options.json) console.log(JSON.stringify(report));
else {
  const {scrubbing: scrub, live: train, memory: kept} = results;
  console.log(
    `scrubbing: ${scrub.framesPerSecond} frames a second, ${scrub.cpuMsPerFrame} ms of the processor each, the slowest of twenty took ${scrub.slowMs} ms`,
  );
  console.log(
    `live: ${train.framesPerSecond} frames and ${train.picturesPerSecond} new batches a second, ${train.cpuMsPerFrame} ms of the processor a frame; from batch to pixel ${train.latencyMs} ms in the median, ${train.slowLatencyMs} ms for one of twenty`,
  );
  console.log(
    `memory: ${kept.megabytes} MB of JavaScript after ${kept.networks} networks of ${kept.epochs} epochs, on every tab; ${kept.processMegabytes} MB of the page's process`,
  );
}

/** The slider of the epochs moves with every frame, over a stored run. */
async function scrubbing(on: PanelBrowser) {
  const recording = await recordRun(join(SONAR, 'sonar.mlp.json'), {'training.epochs': 300, 'evaluation.folds': 3});
  const {page, close} = await on.open({onMessage: recordedHost(recording).onMessage});
  await page.getByText(/Epoch 300, batch/).waitFor();
  const found = await inRounds(page, async () => {
    await page.evaluate(ms => {
      const slider = document.querySelector<HTMLInputElement>('.transport input')!;
      const ends = performance.now() + ms;
      const move = () => {
        slider.value = String((Number(slider.value) % 300) + 1);
        slider.dispatchEvent(new Event('input'));
        if (performance.now() < ends) requestAnimationFrame(move);
      };
      move();
    }, ROUND_MS);
    return async () => ({});
  });
  await close();
  return found;
}

/** Sonar trains in a sidecar on the same machine; the page follows it. */
async function live(on: PanelBrowser) {
  const folder = mkdtempSync(join(tmpdir(), 'mlp-bench-'));
  copyFileSync(join(SONAR, 'sonar.csv'), join(folder, 'sonar.csv'));
  const document = join(folder, 'sonar.mlp.json');
  // Long enough to be watched: the run of the example is over in seconds.
  writeFileSync(
    document,
    readFileSync(join(SONAR, 'sonar.mlp.json'), 'utf8').replace('"epochs": 300', '"epochs": 20000'),
  );
  const sidecar = await startSidecar();
  const state = await startPaused(sidecar, document);
  const {page, close} = await on.open({onMessage: sidecarHost(sidecar, state).onMessage});
  await page.getByRole('button', {name: 'Resume'}).click();
  await page.getByText(/Epoch \d+, batch/).waitFor();
  await page.waitForTimeout(1000);
  await page.evaluate(() => {
    Object.assign(window, {ages: []});
    window.addEventListener('message', ({data}) => {
      if (data.method !== 'mlpLab/live' || !data.params.masks) return;
      const {ages} = window as unknown as {ages: number[]};
      // The page draws in the next frame; what comes after that frame is on the screen.
      requestAnimationFrame(() => setTimeout(() => ages.push(Date.now() - data.params.at)));
    });
  });
  const found = await inRounds(page, async () => {
    await page.evaluate(() => Object.assign(window, {ages: []}));
    return async () => {
      const ages = await page.evaluate(() => (window as unknown as {ages: number[]}).ages);
      return {
        picturesPerSecond: Math.round((1000 * ages.length) / ROUND_MS),
        latencyMs: quantile(ages, 0.5),
        slowLatencyMs: quantile(ages, 0.95),
      };
    };
  });
  await close();
  await sidecar.request('mlpLab/cancelRun', {run: state.run});
  await sidecar.close();
  rmSync(folder, {recursive: true, force: true});
  return found;
}

/** Of each figure the median of some rounds. @param begin starts a round and returns what reads it */
async function inRounds<Own extends Record<string, number>>(page: Page, begin: () => Promise<() => Promise<Own>>) {
  const rounds: (Own & Frames)[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const endTrace = await traceMainThread(page);
    await watchFrames(page);
    const read = await begin();
    await page.waitForTimeout(ROUND_MS);
    const own = await read();
    rounds.push({...own, ...perFrame({...(await readFrames(page)), ...(await endTrace())})});
  }
  const names = Object.keys(rounds[0]!) as (keyof (Own & Frames))[];
  const medians = names.map(name => [name, median(rounds.map(each => each[name] as number))]);
  return Object.fromEntries(medians) as Own & Frames;
}

interface Frames {
  readonly framesPerSecond: number;
  /** What one of twenty frames took longer than. */
  readonly slowMs: number;
  readonly cpuMsPerFrame: number;
}

async function memory(on: PanelBrowser) {
  const recording = await recordRun(join(SONAR, 'sonar.mlp.json'), {
    'training.epochs': 300,
    'evaluation.repeats': 10,
    variants: ['hidden dropout'],
  });
  const {page, close} = await on.open({onMessage: recordedHost(recording).onMessage});
  for (const tab of ['Network', 'Curves', 'Layers', 'Results', 'Decision surface', 'Network']) {
    await page.getByRole('tab', {name: tab}).click();
    await page.waitForTimeout(1500);
  }
  const bytes = await usedBytes({page});
  const processBytes = await processBytesOf(page);
  await close();
  return {networks: 100, epochs: 300, megabytes: inMegabytes(bytes), processMegabytes: inMegabytes(processBytes)};
}

function inMegabytes(bytes: number): number {
  return Math.round(bytes / 1e5) / 10;
}

/** Memory that the page's process shares with nobody: the page, and what any page of Chromium takes. */
async function processBytesOf(page: Page): Promise<number> {
  const session = await page.context().browser()!.newBrowserCDPSession();
  const {processInfo} = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const sizes = processInfo.filter(({type}) => type === 'renderer').map(({id}) => privateBytes(id));
  return Math.max(...sizes);
}

function privateBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return 1024 * Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN);
}

async function usedBytes({page}: Pick<PanelPage, 'page'>): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const {
    usedSize,
    embedderHeapUsedSize = 0,
    backingStorageSize = 0,
  } = (await session.send('Runtime.getHeapUsage')) as {
    usedSize: number;
    embedderHeapUsedSize?: number;
    backingStorageSize?: number;
  };
  return usedSize + embedderHeapUsedSize + backingStorageSize;
}

/** Processor time of the page's main thread: on a busy machine it says more than frames do. */
async function traceMainThread(page: Page): Promise<() => Promise<{cpuMs: number}>> {
  const session = await page.context().browser()!.newBrowserCDPSession();
  const threads = new Map<string, string>();
  const tasks = new Map<string, number>();
  session.on('Tracing.dataCollected', ({value}) => {
    for (const {name, pid, tid, tdur = 0, args} of value as unknown as readonly TraceEvent[]) {
      const thread = `${pid}/${tid}`;
      if (name === 'thread_name') threads.set(thread, args.name ?? '');
      if (name === 'ThreadControllerImpl::RunTask') tasks.set(thread, (tasks.get(thread) ?? 0) + tdur / 1000);
    }
  });
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: {includedCategories: ['toplevel', 'devtools.timeline']},
  });
  return async () => {
    const complete = new Promise(resolve => session.once('Tracing.tracingComplete', resolve));
    await session.send('Tracing.end');
    await complete;
    await session.detach();
    const mains = [...tasks].filter(([thread]) => threads.get(thread) === 'CrRendererMain');
    return {cpuMs: Math.max(0, ...mains.map(([, ms]) => ms))};
  };
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of processor time. */
  readonly tdur?: number;
  readonly args: {readonly name?: string};
}

function perFrame({cpuMs, frames, ...rest}: Omit<Frames, 'cpuMsPerFrame'> & {cpuMs: number; frames: number}): Frames {
  return {...rest, cpuMsPerFrame: Math.round((10 * cpuMs) / frames) / 10};
}

async function watchFrames(page: Page): Promise<void> {
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(window, {frameTimes: times});
    const next = (time: number) => {
      // A later round watches with a list of its own.
      if ((window as unknown as {frameTimes: number[]}).frameTimes !== times) return;
      times.push(time);
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
}

async function readFrames(page: Page) {
  const times = await page.evaluate(() => (window as unknown as {frameTimes: number[]}).frameTimes);
  const gaps = times.slice(1).map((time, i) => time - times[i]!);
  return {
    frames: gaps.length,
    framesPerSecond: Math.round((1000 * gaps.length) / (times.at(-1)! - times[0]!)),
    slowMs: quantile(gaps, 0.95),
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round((sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN) * 10) / 10;
}
