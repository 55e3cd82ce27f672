import type {NetworkPlace} from '../../schemas/protocol.ts';
import type {FoldEvent} from '../experiment/foldTask.ts';
import type {RunPlan} from './runPlan.ts';

/** How far a run is, and how long it will take, from what its networks tell. */
export interface RunProgress {
  /** Of the epochs, those of a nested cross-validation included, from 0 to 1. */
  readonly share: number;
  /** Estimated; null until it can be told. */
  readonly secondsLeft: number | null;
  onEvent(event: FoldEvent): void;
  /** An earlier process trained this network to its end. */
  skip(network: NetworkPlace): void;
  pause(): void;
  proceed(): void;
}

const keyOf = ({variant, repeat, fold}: NetworkPlace) => JSON.stringify([variant, repeat, fold]);

/** The first half second says little about the speed. */
const SOON_MS = 500;

export function createRunProgress(
  plan: Pick<RunPlan, 'totalEpochs' | 'nestedEpochs' | 'epochsOf'>,
  now: () => number,
): RunProgress {
  /** Epochs done of each network, by its place. */
  const epochsDone = new Map<string, number>();
  let epochs = 0;
  /** Epochs that an earlier process trained: they tell nothing about the speed of this one. */
  let before = 0;
  /** Epochs that a search has found not to be worth their time. */
  let left = 0;
  let started = now();
  let pausedAt: number | null = null;
  /** The networks of a nested cross-validation are those of no place: they are trained when all others are. */
  let nested: {done: number; before: number; networks: number; started: number} | null = null;

  const set = (key: string, count: number) => {
    epochs += count - (epochsDone.get(key) ?? 0);
    epochsDone.set(key, count);
  };
  const total = () => plan.totalEpochs - left + plan.nestedEpochs;
  const done = () => epochs + (nested ? (plan.nestedEpochs * nested.done) / nested.networks : 0);

  return {
    get share() {
      return total() > 0 ? Math.min(1, done() / total()) : 1;
    },
    get secondsLeft() {
      const at = pausedAt ?? now();
      // As soon as they tell, its own networks know best how long it takes: they have fewer rows.
      const own =
        nested && secondsLeftOf(nested.done - nested.before, nested.networks - nested.done, at - nested.started);
      return own ?? secondsLeftOf(epochs - before, Math.max(0, total() - done()), (nested?.started ?? at) - started);
    },
    onEvent(event) {
      if (event.event === 'settingStopped') left += event.notTrained * plan.epochsOf(event.setting);
      if (event.event === 'nestedProgressed') {
        const {done: trained, networks} = event;
        nested = {done: trained, networks, before: nested?.before ?? trained, started: nested?.started ?? now()};
      }
      if (!('variant' in event) || plan.epochsOf(event.variant) === 0) return;
      const key = keyOf(event);
      if (event.event === 'foldStarted' && !epochsDone.has(key)) {
        set(key, event.trainedEpochs ?? 0);
        before += event.trainedEpochs ?? 0;
      }
      if (event.event === 'epochsEnded')
        set(key, Math.max(epochsDone.get(key) ?? 0, event.from + event.trainingLoss.length - 1));
      // A network that stopped early has none of its planned epochs left.
      if (event.event === 'foldEnded' && event.status !== 'cancelled') set(key, plan.epochsOf(event.variant));
    },
    skip(network) {
      set(keyOf(network), plan.epochsOf(network.variant));
      before += plan.epochsOf(network.variant);
    },
    pause() {
      pausedAt ??= now();
    },
    proceed() {
      const pausedMs = pausedAt === null ? 0 : now() - pausedAt;
      started += pausedMs;
      if (nested) nested.started += pausedMs;
      pausedAt = null;
    },
  };
}

/** At the speed so far; null until it can be told. */
function secondsLeftOf(done: number, left: number, elapsedMs: number): number | null {
  return done <= 0 || elapsedMs < SOON_MS ? null : ((elapsedMs / done) * left) / 1000;
}
