import type {Kernels} from '../../kernels/wasmKernels.ts';
import type {ParameterBlock} from './parameterBlock.ts';

/**
 * Scales all gradients so that their L2 norm is at most `clipNorm`, in the plain engine's order of sums.
 * @param room for the sums of one panel, 32 float64 numbers
 */
export function clipGradients(kernels: Kernels, block: ParameterBlock, clipNorm: number, room: number): void {
  let squares = 0;
  for (const {tensor, gradient, isPanels} of block.places) {
    if (!tensor.trainable) continue;
    const rowLength = tensor.shape.at(-1)!;
    const rows = tensor.length / rowLength;
    squares = isPanels
      ? kernels.addSquaresOfPanels(squares, gradient, rowLength, rows, room)
      : kernels.addSquaresOfRows(squares, gradient, rows, rowLength);
  }
  const scale = Math.fround(clipNorm / (Math.sqrt(squares) + 1e-6));
  if (scale >= 1) return;
  kernels.scale(block.trained.address + block.gradientDistance, block.trained.count, scale);
}
