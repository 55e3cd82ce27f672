import {createSharedKernels, type Kernels, panelColumns} from '../../kernels/wasmKernels.ts';
import {finishPanels, learnPanels, multiplyPanels, type PanelScratch} from './panelWork.ts';
import {type HelperStart, LOOKS_BEFORE_SLEEP} from './sharedTeam.ts';
import {
  blankLesson,
  blankProduct,
  finishPanel,
  KIND,
  readLesson,
  readProduct,
  readUpdate,
  type TeamBoard,
  takePanel,
  teamBoard,
  WORD,
} from './teamBoard.ts';

/** The whole life of a helper: takes panels from the board until there will be no more work. */
export function helpTeam({build, memory, board: address, scratch, optimizer, gradients}: HelperStart): void {
  const {kernels} = createSharedKernels(build, memory);
  const board = teamBoard(memory, address);
  const {words} = board;
  kernels.setOptimizer(...optimizer);
  kernels.setGradients(...gradients);
  const doPanel = panelWorker(kernels, scratch, board);
  Atomics.add(words, WORD.helpers, 1);
  while (Atomics.load(words, WORD.isOver) === 0) {
    const work = Atomics.load(words, WORD.work);
    for (let panel = takePanel(board); panel >= 0; panel = takePanel(board)) {
      try {
        doPanel(panel * panelColumns);
      } catch {
        // The owner throws: an error here would be seen only when it returns to its event loop.
        Atomics.store(words, WORD.hasFailed, 1);
      }
      Atomics.add(words, WORD.helped, 1);
      if (finishPanel(board)) Atomics.notify(words, WORD.finished);
    }
    waitForWork(words, work);
  }
  Atomics.sub(words, WORD.helpers, 1);
}

function panelWorker(kernels: Kernels, scratch: PanelScratch, board: TeamBoard): (first: number) => void {
  const {words} = board;
  const product = blankProduct();
  const lesson = blankLesson();
  return first => {
    const kind = Atomics.load(words, WORD.kind);
    if (kind === KIND.multiply) {
      readProduct(board, product);
      multiplyPanels(kernels, scratch, product, first, Math.min(product.columns, first + panelColumns));
      return;
    }
    readLesson(board, lesson);
    const last = Math.min(lesson.units, first + panelColumns);
    if (kind === KIND.finish) {
      finishPanels(kernels, scratch, lesson, first, last);
      return;
    }
    kernels.beginUpdate(...readUpdate(board));
    learnPanels(kernels, scratch, lesson, first, last);
    if (kernels.isFiniteSoFar() === 0) Atomics.store(words, WORD.hasInfinite, 1);
  };
}

/** @param work the last work that was seen */
function waitForWork(words: Int32Array, work: number): void {
  for (let looks = 0; looks < LOOKS_BEFORE_SLEEP; looks++) {
    if (Atomics.load(words, WORD.work) !== work) return;
  }
  Atomics.add(words, WORD.asleep, 1);
  Atomics.wait(words, WORD.work, work);
  Atomics.sub(words, WORD.asleep, 1);
}
