import type {LayerState, Watched} from '../../schemas/protocol.ts';
import type {LiveState, WatchedNetwork, Watcher} from '../experiment/watcher.ts';
import {foldIn} from '../kernels/random.ts';
import type {Network} from '../network/engine.ts';
import {engineOf} from '../network/engines.ts';
import {stepsOfEpoch} from '../training/epochOrder.ts';
import {evenlySpaced} from '../training/evenlySpaced.ts';
import {createTimeBudget} from '../training/timeBudget.ts';
import {inputsOf, pieceSource} from '../training/trainingSamples.ts';
import {type BatchNumber, rowsOfBatch} from './batchMasks.ts';
import {createGradientMeter, type GradientMeter} from './gradientNorms.ts';
import {layerStates, outputRoom, readOutputs} from './layerStates.ts';
import type {TrainedNetwork} from './trainedNetwork.ts';

/** Share of the training time that looking at layers may take. */
const LAYERS_SHARE = 0.01;
/** What the first look at layers is expected to take: so a training of a moment pays for its end alone. */
const FIRST_LAYERS_MS = 2;
/** Layers are shown no more often than a page draws them. */
const LAYERS_EVERY_MS = 50;
/** Activity is measured on at most this many of the rows that are learned from. */
const MOST_ROWS = 128;

/**
 * Looks into a network while it trains, in its thread: tells which batch it has trained, at the rate that was asked for,
 * and shows its layers after epochs. Layers take a small share of the training time; those that no time is left for are
 * left out. The network is only read.
 * @param now milliseconds
 */
export function watchNetwork(
  watched: WatchedNetwork,
  {rate}: Watched,
  send: (live: LiveState) => void,
  now = () => performance.now(),
): Watcher {
  const {place} = watched;
  const network = trainedNetworkOf(watched);
  const look = layerLook(watched, network);
  const states = affordableWork(LAYERS_EVERY_MS, LAYERS_SHARE, FIRST_LAYERS_MS);
  let nextBatchAt = 0;
  /** Since when the training works on without being looked at; null: somebody has just begun to look, in the midst of it. */
  let workedSince: number | null = null;
  let order: Uint32Array | null = null;
  let last: BatchNumber | null = null;

  /**
   * Batches count for what the fastest of them took: on a busy machine the rest is time in which others worked, and a
   * share of that would be a multiple of it in time of our own.
   */
  let fastestMs = Number.POSITIVE_INFINITY;

  function earn(batches: number, at: number): void {
    if (workedSince === null) return;
    fastestMs = Math.min(fastestMs, (at - workedSince) / batches);
    states.earn(batches * fastestMs);
  }

  function showBatch(): void {
    if (!last || !order) return;
    // A copy: with a part of an array the whole of it would be sent.
    const batch = {...last, rows: rowsOfBatch(order, last.batch, network.training).slice()};
    send({place, at: Date.now(), batch, layers: null});
  }

  function showLayers(trained: Network): void {
    const at = Date.now();
    if (last && order) send({place, at, batch: null, layers: look.states(trained, last, order)});
  }

  // Called some thousand times a second, and mostly for nothing: then the clock is read once.
  return {
    batchesEnded({epoch, from, to}, epochOrder) {
      const at = now();
      earn(to - from, at);
      order = epochOrder;
      last = {epoch: epoch + 1, batch: to};
      workedSince = at;
      if (at < nextBatchAt) return;
      showBatch();
      nextBatchAt = at + 1000 / rate;
      workedSince = now();
    },
    epochEnded({epoch}, trained) {
      // A pause before the next epoch shows this one's last batch, when the order of the next has been written over it.
      order &&= order.slice();
      const at = now();
      workedSince = at;
      const isLast = epoch + 1 === network.training.epochs;
      // The end of a training stays on the screen: it is shown whatever it costs.
      if (isLast) showBatch();
      if (!isLast && !states.isDue(at)) return;
      showLayers(trained);
      workedSince = now();
      states.done(at, workedSince);
    },
    waiting(_place, trained) {
      showBatch();
      showLayers(trained);
      workedSince = now();
    },
  };
}

/** The same network, as those know it who have nothing to do with its training. */
export function trainedNetworkOf({place, context, variant, keys, rows, learned}: WatchedNetwork): TrainedNetwork {
  const {experiment} = context;
  const {network, document} = experiment.variants[variant]!;
  const lines = rows.subarray(0, learned).map(row => experiment.table.rowLines[row]!);
  return {place, plan: network, training: document.training, keys, lines};
}

/** Work that is done now and then: no more often than it is due, and within its share of the time. */
function affordableWork(everyMs: number, share: number, firstCostMs: number) {
  const budget = createTimeBudget(firstCostMs);
  let next = 0;
  // As with batches: what it takes when nobody interrupts.
  let fastestMs = Number.POSITIVE_INFINITY;
  return {
    earn: (workedMs: number) => budget.earn(workedMs * share),
    isDue: (at: number) => at >= next && budget.isEnough(),
    done(begun: number, ended: number): void {
      fastestMs = Math.min(fastestMs, ended - begun);
      budget.spend(fastestMs);
      next = begun + everyMs;
    },
  };
}

/** Looks at the layers of a network. Makes the room for it when it is needed first. */
export function layerLook({context, samples, learned}: WatchedNetwork, {plan, training, keys}: TrainedNetwork) {
  const {inputs, rows} = inputsOf(samples, evenlySpaced(learned, MOST_ROWS), plan.inputs);
  const pieces = pieceSource(samples, plan.inputs, training.batchSize);
  let room: {outputs: ReturnType<typeof outputRoom>; parameters: Float64Array; meter: GradientMeter} | null = null;
  return {
    states(trained: Network, {epoch, batch}: {epoch: number; batch: number}, order: Uint32Array): LayerState[] {
      room ??= {
        outputs: outputRoom(plan, rows.length),
        parameters: new Float64Array(trained.parameterCount),
        meter: createGradientMeter(engineOf(context, training.numerics), {...plan, trainRows: learned}),
      };
      const {outputs, parameters, meter} = room;
      trained.readParameters(parameters);
      readOutputs(trained, inputs, rows, outputs);
      const noise = {kind: 'drawn', key: foldIn(keys.masks, epoch - 1)} as const;
      const piece = {...pieces.take(order, batch - 1, batch), batchSize: training.batchSize, noise, epoch: epoch - 1};
      const norms = meter.measure(parameters, piece, batch - 1, stepsOfEpoch(learned, training));
      return layerStates(plan, parameters, outputs, norms, epoch);
    },
  };
}
