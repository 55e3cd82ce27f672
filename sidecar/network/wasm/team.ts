import type {Kernels} from '../../kernels/wasmKernels.ts';
import {finishPanels, type Lesson, learnPanels, multiplyPanels, type PanelScratch, type Product} from './panelWork.ts';

/** Who does the work of dense layers: one thread, or several that share its panels. The bits are the same. */
export interface Team {
  /** Called once, when the memory has been laid out. */
  begin(): void;
  multiply(product: Product): void;
  learn(lesson: Lesson): void;
  finish(lesson: Lesson): void;
  /** What is the same for all parameters of a step: `beginUpdate` of assembly/optimizers.ts. */
  beginUpdate(rate: number, momentum: number, correction: number, shrink: number): void;
  /** Whether all parameters updated since `beginUpdate` are finite. */
  isFiniteSoFar(): boolean;
  dispose(): void;
}

/** One thread. */
export function soloTeam(kernels: Kernels, scratch: PanelScratch): Team {
  return {
    begin() {},
    multiply: product => multiplyPanels(kernels, scratch, product, 0, product.columns),
    learn: lesson => learnPanels(kernels, scratch, lesson, 0, lesson.units),
    finish: lesson => finishPanels(kernels, scratch, lesson, 0, lesson.units),
    beginUpdate: kernels.beginUpdate,
    isFiniteSoFar: () => kernels.isFiniteSoFar() !== 0,
    dispose() {},
  };
}
