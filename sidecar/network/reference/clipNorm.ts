import type {Tensor} from '../engine.ts';

/**
 * Scales the gradients of all trainable tensors by min(1, clipNorm / (norm + 1e-6)), norm their common L2 norm.
 * @see Pascanu et al., ICML 2013, §3.2; torch.nn.utils.clip_grad_norm_, whose 1e-6 this is
 */
export function clipGradients(gradients: Float64Array, tensors: readonly Tensor[], clipNorm: number): void {
  let squares = 0;
  for (const {trainable, offset, length} of tensors) {
    if (!trainable) continue;
    for (let i = offset; i < offset + length; i++) squares += gradients[i]! * gradients[i]!;
  }
  const scale = clipNorm / (Math.sqrt(squares) + 1e-6);
  if (scale >= 1) return;
  for (let i = 0; i < gradients.length; i++) gradients[i]! *= scale;
}
