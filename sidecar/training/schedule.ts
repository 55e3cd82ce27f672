/**
 * Learning rate and momentum over the epochs. Each schedule is a function of the place in the run, but for plateau,
 * which follows the watched loss. Everything is + − × ÷ and our own exp, so that it has the same bits everywhere.
 */
import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import {exp} from '../kernels/elementary.ts';
import type {ScheduleState} from './trainingState.ts';

type TrainingSettings = ResolvedDocument['training'];

export interface Schedule {
  /** Writes the learning rate of each step of the epoch (from 0) to `out` [steps]. */
  learningRates(epoch: number, out: Float64Array): void;
  /** Writes the momentum of each step of the epoch to `out` [steps]; 0 for optimizers without one. */
  momenta(epoch: number, out: Float64Array): void;
  /** Tells the watched loss of an epoch that ended; plateau needs it, from the end of the warm-up on. */
  endEpoch(epoch: number, watchedLoss: number): void;
  /** What it remembers; null if it is a function of the place alone. */
  state(): ScheduleState | null;
}

/** @param start what a schedule of the same settings remembered */
export function createSchedule(training: TrainingSettings, start: ScheduleState | null = null): Schedule {
  const {schedule, optimizer, momentumRamp, epochs} = training;
  const base = optimizer.learningRate;
  const plateau = schedule.type === 'plateau' ? createPlateau(schedule, base, start) : undefined;
  const momentum = 'momentum' in optimizer ? optimizer.momentum : 0;

  return {
    learningRates(epoch, out) {
      for (let step = 0; step < out.length; step++) {
        // Time in epochs: the schedule itself begins when the warm-up is over.
        const time = epoch + step / out.length;
        out[step] =
          time < schedule.warmUp
            ? (base * (time + 1 / out.length)) / schedule.warmUp
            : (plateau?.learningRate ??
              scheduledRate(schedule, base, time - schedule.warmUp, epochs - schedule.warmUp));
      }
    },
    momenta(epoch, out) {
      for (let step = 0; step < out.length; step++) {
        out[step] = momentumRamp ? rampedMomentum(momentumRamp, momentum, epoch + step / out.length) : momentum;
      }
    },
    endEpoch(epoch, watchedLoss) {
      if (epoch >= schedule.warmUp) plateau?.endEpoch(watchedLoss);
    },
    state: () => plateau?.state() ?? null,
  };
}

/** @param time epochs since the schedule began @param duration epochs that it lasts */
function scheduledRate(schedule: TrainingSettings['schedule'], base: number, time: number, duration: number): number {
  switch (schedule.type) {
    case 'constant':
      return base;
    case 'step':
      return base * power(schedule.factor, Math.floor(time / schedule.every));
    case 'exponential':
      return base * power(schedule.factor, Math.floor(time));
    case 'inverseTime':
      return base / (1 + time / schedule.halfLife);
    case 'cosine': {
      const {finalLearningRate} = schedule;
      return finalLearningRate + ((base - finalLearningRate) * (1 + cosineOfPi(Math.min(time / duration, 1)))) / 2;
    }
    case 'plateau':
      throw new Error('plateau has a state of its own');
  }
}

function createPlateau(
  settings: {factor: number; patience: number; minLearningRate: number},
  base: number,
  start: ScheduleState | null,
) {
  let best = start?.best ?? Number.POSITIVE_INFINITY;
  let waited = start?.waited ?? 0;
  return {
    learningRate: start?.learningRate ?? base,
    state(): ScheduleState {
      return {learningRate: this.learningRate, best, waited};
    },
    endEpoch(watchedLoss: number): void {
      if (watchedLoss < best) {
        best = watchedLoss;
        waited = 0;
        return;
      }
      waited++;
      if (waited >= settings.patience) {
        // A base below the floor is the user's choice and is not raised.
        this.learningRate = Math.max(this.learningRate * settings.factor, Math.min(settings.minLearningRate, base));
        waited = 0;
      }
    },
  };
}

/**
 * linear: reaches `momentum` after ramp.epochs. exponential: momentum − (momentum − from) · e^(−time/ramp.epochs),
 * the ramp of the dropout authors' deepnet.
 */
function rampedMomentum(ramp: NonNullable<TrainingSettings['momentumRamp']>, momentum: number, time: number): number {
  const share = ramp.shape === 'linear' ? Math.max(0, 1 - time / ramp.epochs) : exp(-time / ramp.epochs);
  return momentum - (momentum - ramp.from) * share;
}

/** base^exponent for an integer exponent ≥ 0, by squaring. */
function power(base: number, exponent: number): number {
  let result = 1;
  for (let square = base, rest = exponent; rest > 0; rest = Math.floor(rest / 2), square *= square) {
    if (rest % 2 === 1) result *= square;
  }
  return result;
}

/** cos(π·t) for 0 ≤ t ≤ 1: Taylor's series to x^22 on [0, π/2], where the next term is below 1e-18. */
function cosineOfPi(t: number): number {
  if (t > 0.5) return -cosineOfPi(1 - t);
  const square = Math.PI * t * (Math.PI * t);
  let sum = 1;
  for (let k = 22; k >= 2; k -= 2) sum = 1 - (square / (k * (k - 1))) * sum;
  return sum;
}
