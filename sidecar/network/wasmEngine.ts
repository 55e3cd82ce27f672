import {createKernels, createSharedKernels, type KernelBuild, releaseKernels} from '../kernels/wasmKernels.ts';
import {assertPlan} from './assertPlan.ts';
import {concretePenalties} from './concretePenalties.ts';
import type {Engine, EpochPlan, Network, Noise, SeeLayer, TensorName} from './engine.ts';
import {weightedActivation} from './plainEngine.ts';
import {
  type ConcreteDropoutPlan,
  type DensePlan,
  type LayerPlan,
  layerWidth,
  type NetworkPlan,
  outputWidth,
} from './plan.ts';
import {noisyLayers, setNoise, stepTime} from './setNoise.ts';
import {tensorLayout} from './tensors.ts';
import {activationLayer} from './wasm/activationLayer.ts';
import {batchRows, gatherRows} from './wasm/batchRows.ts';
import {clipGradients} from './wasm/clipGradients.ts';
import {concreteDropoutLayer} from './wasm/concreteDropoutLayer.ts';
import {
  type DenseScratch,
  type Dispatch,
  denseLayer,
  reserveDenseScratch,
  reservePanelScratch,
} from './wasm/denseLayer.ts';
import {dropConnectLayer} from './wasm/dropConnectLayer.ts';
import {layOutMemory} from './wasm/kernelMemory.ts';
import {lossCodes} from './wasm/loss.ts';
import {noiseLayer} from './wasm/noiseLayer.ts';
import {batchNormLayer, layerNormLayer} from './wasm/normalizationLayers.ts';
import {createOptimizer, optimizerSettings} from './wasm/optimizer.ts';
import {layOutParameters} from './wasm/parameterBlock.ts';
import {sharedTeam} from './wasm/sharedTeam.ts';
import {soloTeam, type Team} from './wasm/team.ts';
import {boardBytes} from './wasm/teamBoard.ts';
import type {LayerSite, WasmLayer} from './wasm/wasmLayer.ts';

/**
 * The fast engine: float32 kernels in WebAssembly SIMD. It gives the plain engine's bits, so a run is the same on machines
 * with and without SIMD. Its speed comes from tiles and panels that fit registers and caches, from products that skip
 * zeros where there are many of them, and from weights that are updated while their gradients are in the cache (see
 * sidecar/kernels/assembly). Several threads may share the panels of dense layers (see wasm/teamBoard.ts).
 */
export const wasmEngine = wasmEngineOf('strict', 'measured');

/** The same with fused products and sums: faster, more exact, but other bits. */
export const wasmRelaxedEngine = wasmEngineOf('relaxed', 'measured');

/** The bits depend on the build alone. @param createTeam makes the team of a network with several threads */
export function wasmEngineOf(build: KernelBuild, dispatch: Dispatch, createTeam = sharedTeam): Engine {
  const [name, numerics] =
    build === 'strict' ? (['wasm', 'reproducible'] as const) : (['wasmRelaxed', 'fast'] as const);
  return {
    name,
    precision: 'float32',
    numerics,
    createNetwork: (plan, threads = 1) => createNetwork(plan, threads, {build, dispatch, createTeam}),
  };
}

interface EngineSettings {
  readonly build: KernelBuild;
  readonly dispatch: Dispatch;
  readonly createTeam: typeof sharedTeam;
}

function createNetwork(plan: NetworkPlan, threads: number, {build, dispatch, createTeam}: EngineSettings): Network {
  assertPlan(plan);
  const {batchSize, clipNorm} = plan;
  const outputs = outputWidth(plan);
  const tensors = tensorLayout(plan);
  const parameterCount = tensors.reduce((sum, tensor) => sum + tensor.length, 0);
  // Below the first layer with parameters nothing needs a gradient.
  const firstTrained = tensors[0]!.layer;
  const instance = threads > 1 ? createSharedKernels(build) : createKernels(build);
  const {kernels} = instance;
  const memory = layOutMemory(instance);
  const block = layOutParameters(plan, tensors, memory);
  const batch = {
    inputs: memory.reserveFloats((batchSize + 1) * plan.inputs),
    targets: memory.reserveFloats(batchSize),
    weights: memory.reserveFloats(batchSize),
    /** Powers of a softmax in training, answers otherwise. */
    answers: memory.reserveDoubles(batchSize * outputs),
  };
  const inputRows = batchRows(kernels, memory, plan.inputs);
  const scratch = reserveDenseScratch(
    plan.layers.filter(layer => layer.type === 'dense'),
    batchSize,
    memory,
  );
  const scratches = Array.from({length: threads}, () => reservePanelScratch(batchSize, memory));
  const board = memory.reserveFloats(boardBytes / 4);
  const keepsGradients = clipNorm !== null;
  const settings = optimizerSettings(plan.optimizer, block);
  const gradients = [block.gradientDistance, keepsGradients] as const;
  const team: Team =
    threads > 1
      ? createTeam(instance, {build, board, scratches, optimizer: settings, gradients})
      : soloTeam(kernels, scratches[0]!);
  const layers: WasmLayer[] = [];
  for (const [index, layer] of plan.layers.entries()) {
    const placeOf = (name: TensorName, of = index) =>
      block.places.find(({tensor}) => tensor.layer === of && tensor.name === name)!;
    const site = {kernels, memory, team, batchSize, placeOf};
    if (layer.type === 'concreteDropout') {
      const {inputs, units} = plan.layers[index + 1] as DensePlan;
      const behind = {weight: placeOf('weight', index + 1).address, inputs, units};
      const penalties = concretePenalties(layer, plan);
      layers.push(concreteDropoutLayer(layer, penalties, behind, site, scratches[0]!.squares));
      continue;
    }
    const role = {
      isOutput: index === plan.layers.length - 1,
      needsInputGradient: index > firstTrained,
      keepsGradients,
      dispatch,
      penaltyBefore: layers.at(-1)?.penaltyBehind,
    };
    layers.push(createLayer(layer, site, scratch, role));
  }
  const dOutputs = plan.layers.map(layer => memory.reserveFloats((batchSize + 1) * layerWidth(layer)));
  memory.commit();
  const {float32, float64} = memory;
  const noisy = noisyLayers(plan, layers);
  const optimizer = createOptimizer(plan.optimizer, team.beginUpdate, block, parameterCount);
  kernels.setOptimizer(...settings);
  kernels.setGradients(...gradients);
  team.begin();
  const lossCode = lossCodes[plan.loss];
  const logits = layers.at(-1)!.output;
  const dLogits = dOutputs.at(-1)!;
  let hasFiniteParameters = true;
  let isDisposed = false;

  /** Its memory may be another network's by now. */
  function assertNotDisposed(): void {
    if (isDisposed) throw new Error('the network must not be used after it was disposed of');
  }

  function trainSteps(epoch: EpochPlan, from: number, to: number, losses: Float64Array): number {
    assertNotDisposed();
    if (epoch.batchSize > batchSize) {
      throw new RangeError(`batchSize must be at most ${batchSize}, got ${epoch.batchSize}`);
    }
    const {targets, weights} = epoch.samples;
    inputRows.begin(epoch, from, to);
    if (!weights) kernels.fill(batch.weights, 1, batchSize);
    for (let step = from; step < to; step++) {
      const start = step * epoch.batchSize;
      const rows = Math.min(epoch.batchSize, epoch.order.length - start);
      inputRows.gather(start, rows, batch.inputs);
      gatherRows(targets, epoch.order, start, rows, 1, float32, batch.targets / 4);
      if (weights) gatherRows(weights, epoch.order, start, rows, 1, float32, batch.weights / 4);
      setNoise(noisy, epoch.noise, step, rows, stepTime(epoch, step));
      const loss = hasFiniteParameters ? trainingLoss(rows) : Number.NaN;
      losses[step] = loss;
      if (!Number.isFinite(loss)) return step - from;
      optimizer.beginStep(epoch.learningRates[step]!, epoch.momenta[step]!);
      backward(rows);
      update();
    }
    return to - from;
  }

  /** The forward pass; leaves the gradient of the logits in `dLogits`. */
  function trainingLoss(rows: number): number {
    let x = batch.inputs;
    for (const layer of layers) {
      layer.train(x, rows);
      x = layer.output;
    }
    const {targets, weights, answers} = batch;
    return kernels.lossAndGradient(lossCode, logits, targets, weights, rows, outputs, answers, dLogits);
  }

  /** Unless gradients are to be clipped, the weights of dense layers are updated on the way. */
  function backward(rows: number): void {
    for (let index = layers.length - 1; index >= firstTrained; index--) {
      layers[index]!.backward(dOutputs[index]!, rows, index > firstTrained ? dOutputs[index - 1]! : 0);
    }
  }

  function update(): void {
    if (clipNorm !== null) clipGradients(kernels, block, clipNorm, scratches[0]!.squares);
    const {address, count} = clipNorm === null ? block.others : block.trained;
    kernels.update(address, address + block.gradientDistance, count);
    for (const layer of layers) layer.afterUpdate?.();
    hasFiniteParameters = team.isFiniteSoFar() && isFiniteRun(float32, block.untrained);
  }

  /** @param noise null: no dropout */
  function answer(
    inputs: Float32Array,
    rows: Uint32Array,
    out: Float64Array,
    noise: Noise | null,
    seeLayer?: SeeLayer,
  ): void {
    assertNotDisposed();
    if (!hasFiniteParameters) {
      out.fill(Number.NaN, 0, rows.length * outputs);
      return;
    }
    for (let start = 0; start < rows.length; start += batchSize) {
      const count = Math.min(batchSize, rows.length - start);
      gatherRows(inputs, rows, start, count, plan.inputs, float32, batch.inputs / 4);
      if (noise) setNoise(noisy, noise, start / batchSize, count, null);
      let x = batch.inputs;
      for (let index = 0; index < layers.length; index++) {
        const layer = layers[index]!;
        if (noise && layer.noise) layer.train(x, count);
        else layer.evaluate(x, count);
        x = layer.output;
        seeLayer?.(index, float32.subarray(x / 4, x / 4 + count * layerWidth(plan.layers[index]!)));
      }
      kernels.writeAnswers(lossCode, logits, count, outputs, batch.answers);
      const answers = batch.answers / 8;
      for (let i = 0; i < count * outputs; i++) out[start * outputs + i] = float64[answers + i]!;
    }
  }

  return {
    plan,
    tensors,
    parameterCount,
    readParameters(out) {
      assertNotDisposed();
      block.read(0, out, 0);
    },
    writeParameters(values) {
      assertNotDisposed();
      if (values.length !== parameterCount) {
        throw new RangeError(`values must be ${parameterCount} numbers, got ${values.length}`);
      }
      block.write(0, values, 0);
      for (const layer of layers) layer.refresh?.();
      hasFiniteParameters = isFiniteRun(float32, block.trained) && isFiniteRun(float32, block.untrained);
    },
    readOptimizerState() {
      assertNotDisposed();
      return optimizer.read();
    },
    writeOptimizerState(state) {
      assertNotDisposed();
      optimizer.write(state);
    },
    trainSteps,
    predict: (inputs, rows, out, seeLayer) => answer(inputs, rows, out, null, seeLayer),
    sample: (inputs, rows, noise, out) => answer(inputs, rows, out, noise),
    dispose() {
      if (isDisposed) return;
      isDisposed = true;
      team.dispose();
      // A shared memory goes with the network: nothing else refers to it when its helpers have ended.
      if (threads === 1) releaseKernels(build, instance);
    },
  };
}

interface LayerRole {
  readonly isOutput: boolean;
  readonly needsInputGradient: boolean;
  readonly keepsGradients: boolean;
  readonly dispatch: Dispatch;
  readonly penaltyBefore: (() => number) | undefined;
}

function createLayer(
  plan: Exclude<LayerPlan, ConcreteDropoutPlan>,
  site: LayerSite,
  scratch: DenseScratch,
  role: LayerRole,
): WasmLayer {
  switch (plan.type) {
    case 'dense':
      return denseLayer(plan, {activation: weightedActivation(plan, role.isOutput), ...role}, site, scratch);
    case 'dropConnect':
      return dropConnectLayer(plan, weightedActivation(plan, role.isOutput), site);
    case 'dropout':
    case 'gaussianDropout':
    case 'alphaDropout':
      return noiseLayer(plan, site);
    case 'batchNorm':
      return batchNormLayer(plan, site);
    case 'layerNorm':
      return layerNormLayer(plan, site);
    case 'activation':
      return activationLayer(plan, site);
  }
}

/** False if any number is NaN or infinite: then v − v is NaN, and with it the sum. */
function isFiniteRun(float32: Float32Array, {address, count}: {readonly address: number; readonly count: number}) {
  let sum = 0;
  for (let i = address / 4; i < address / 4 + count; i++) sum += float32[i]! - float32[i]!;
  return sum === 0;
}
