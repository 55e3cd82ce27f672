import {Worker} from 'node:worker_threads';
import {type KernelBuild, type KernelInstance, panelColumns} from '../../kernels/wasmKernels.ts';
import {LostHelper} from '../lostHelper.ts';
import type {OptimizerSettings} from './optimizer.ts';
import {finishPanels, learnPanels, multiplyPanels, type PanelScratch} from './panelWork.ts';
import type {Team} from './team.ts';
import {
  finishPanel,
  KIND,
  type TeamBoard,
  takePanel,
  teamBoard,
  WORD,
  writeLesson,
  writeProduct,
  writeUpdate,
} from './teamBoard.ts';

/** What a helper is started with. */
export interface HelperStart {
  readonly build: KernelBuild;
  readonly memory: WebAssembly.Memory;
  /** Address of the board. */
  readonly board: number;
  readonly scratch: PanelScratch;
  /** Arguments of `setOptimizer` and `setGradients`. */
  readonly optimizer: OptimizerSettings;
  readonly gradients: readonly [distance: number, keeps: boolean];
}

export interface TeamSettings extends Pick<HelperStart, 'build' | 'board' | 'optimizer' | 'gradients'> {
  /** One for each thread; the first is the owner's. */
  readonly scratches: readonly PanelScratch[];
}

/** How helpers come into being, and how long one may keep the others waiting. */
export interface Helping {
  readonly startHelper: (start: HelperStart) => void;
  readonly patienceMs: number;
}

/** A panel takes about a millisecond. On a crowded machine a helper may get no core for a while. */
const PATIENCE_MS = 20_000;

/**
 * The caller's thread and helpers on a shared memory. Helpers start while the owner already trains, alone at first; they
 * end when the team is disposed, and with the thread of their owner in any case. One that ends before its panel is
 * finished makes the owner throw a LostHelper: nobody knows how much of the panel was done.
 */
export function sharedTeam(
  {kernels, memory}: KernelInstance,
  settings: TeamSettings,
  {startHelper, patienceMs}: Helping = {startHelper: startHelperThread, patienceMs: PATIENCE_MS},
): Team {
  const {scratches, ...start} = settings;
  const [own, ...others] = scratches as [PanelScratch, ...PanelScratch[]];
  let board: TeamBoard;

  /** Does the work that is on the board, together with whoever comes. */
  function share(kind: number, columns: number, doPanels: (first: number, last: number) => void): void {
    const {words} = board;
    const panels = Math.ceil(columns / panelColumns);
    Atomics.store(words, WORD.kind, kind);
    Atomics.store(words, WORD.panels, panels);
    Atomics.store(words, WORD.finished, 0);
    Atomics.store(words, WORD.left, panels);
    Atomics.add(words, WORD.work, 1);
    if (Atomics.load(words, WORD.asleep) > 0) Atomics.notify(words, WORD.work);
    for (let panel = takePanel(board); panel >= 0; panel = takePanel(board)) {
      doPanels(panel * panelColumns, Math.min(columns, (panel + 1) * panelColumns));
      finishPanel(board);
    }
    waitForHelpers(words, panels, patienceMs);
  }

  return {
    begin() {
      board = teamBoard(memory, start.board);
      for (const scratch of others) startHelper({...start, memory, scratch});
    },
    multiply(product) {
      if (product.columns <= panelColumns) return multiplyPanels(kernels, own, product, 0, product.columns);
      writeProduct(board, product);
      share(KIND.multiply, product.columns, (first, last) => multiplyPanels(kernels, own, product, first, last));
    },
    learn(lesson) {
      if (lesson.units <= panelColumns) return learnPanels(kernels, own, lesson, 0, lesson.units);
      writeLesson(board, lesson);
      share(KIND.learn, lesson.units, (first, last) => learnPanels(kernels, own, lesson, first, last));
    },
    finish(lesson) {
      if (lesson.units <= panelColumns) return finishPanels(kernels, own, lesson, 0, lesson.units);
      writeLesson(board, lesson);
      share(KIND.finish, lesson.units, (first, last) => finishPanels(kernels, own, lesson, first, last));
    },
    beginUpdate(...update) {
      Atomics.store(board.words, WORD.hasInfinite, 0);
      writeUpdate(board, update);
      kernels.beginUpdate(...update);
    },
    isFiniteSoFar: () => kernels.isFiniteSoFar() !== 0 && Atomics.load(board.words, WORD.hasInfinite) === 0,
    dispose() {
      Atomics.store(board.words, WORD.isOver, 1);
      Atomics.add(board.words, WORD.work, 1);
      Atomics.notify(board.words, WORD.work);
    },
  };
}

/**
 * Looks at a word for so long before it sleeps: longer than a panel takes, and than what the owner does between two
 * works. Sleeping and waking cost about as much as a panel.
 */
export const LOOKS_BEFORE_SLEEP = 50_000;

/** Waits in so many parts: when the machine has slept, or all threads stood still, only one of them is over. */
const WAITS = 20;

function waitForHelpers(words: Int32Array, panels: number, patienceMs: number): void {
  let waits = 0;
  for (let looks = 0; Atomics.load(words, WORD.finished) < panels; looks++) {
    if (looks < LOOKS_BEFORE_SLEEP) continue;
    const finished = Atomics.load(words, WORD.finished);
    if (finished === panels) break;
    const woken = Atomics.wait(words, WORD.finished, finished, patienceMs / WAITS);
    if (woken === 'timed-out' && ++waits === WAITS) throw new LostHelper('a thread that helped it was lost');
  }
  if (Atomics.load(words, WORD.hasFailed) === 1) throw new LostHelper('a thread that helped it failed');
}

function startHelperThread(start: HelperStart): void {
  // Bundled, the helper is a file beside this one; from the sources, Node strips the types itself.
  const file = import.meta.url.endsWith('.ts') ? '../../helper.ts' : './helper.mjs';
  const worker = new Worker(new URL(file, import.meta.url), {workerData: start});
  // A network that was not disposed keeps no process alive.
  worker.unref();
  // Without helpers the owner does all panels itself.
  worker.on('error', () => {});
}
