import {forEachBlock} from './predictRows.ts';
import type {TrainingTask} from './trainNetwork.ts';

/**
 * Why a loss stopped being finite, as far as the settings tell, and what to change. The likeliest cause comes first:
 * inputs that were not scaled, then a step that is too large.
 */
export function divergenceProblem(
  task: TrainingTask,
  loss: number,
  place: {epoch: number; learningRate: number; momentum: number},
): string {
  const where = `Training diverged in epoch ${place.epoch + 1}: the loss became ${Number.isNaN(loss) ? 'not a number' : 'infinite'}.`;
  const largest = largestInput(task);
  if (largest > 100) {
    return `${where} The inputs are as large as ${short(largest)}: set data.scale to "standard".`;
  }
  const effective = place.learningRate / (1 - place.momentum);
  const step =
    place.momentum > 0 ? ` (learning rate ${short(place.learningRate)} / (1 − momentum ${short(place.momentum)}))` : '';
  const clip = task.training.clipNorm === undefined ? ', or bound the gradients with training.clipNorm 1' : '';
  return `${where} The effective step is ${short(effective)}${step}: lower training.optimizer.learningRate, for example to ${short(saferRate(task, place.momentum))}${clip}.`;
}

/** A tenth, and no more than what usually works: an effective step of 0.1 for sgd, 0.001 for optimizers that scale it. */
function saferRate({training: {optimizer}}: TrainingTask, momentum: number): number {
  const usual = optimizer.type === 'sgd' ? 0.1 * (1 - momentum) : 0.001;
  return Math.min(optimizer.learningRate / 10, usual);
}

function largestInput({samples, trainRows, plan}: TrainingTask): number {
  let largest = 0;
  const look = (inputs: Float32Array, from: number, to: number) => {
    for (let i = from; i < to; i++) largest = Math.max(largest, Math.abs(inputs[i]!));
  };
  if (samples.inputs) for (const row of trainRows) look(samples.inputs, row * plan.inputs, (row + 1) * plan.inputs);
  else forEachBlock(trainRows, plan.inputs, samples.encode, inputs => look(inputs, 0, inputs.length));
  return largest;
}

const short = (value: number) => String(Number(value.toPrecision(3)));
