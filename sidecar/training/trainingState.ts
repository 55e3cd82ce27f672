/** Everything that a training between two batches has to know to go on to the same bits. */
export interface TrainingState {
  /** The epoch that is running, from 0. */
  readonly epoch: number;
  /** Its next batch, from 0. */
  readonly batch: number;
  readonly parameters: Float64Array;
  /** As `Network.readOptimizerState` gives it. */
  readonly optimizer: Float64Array;
  readonly schedule: ScheduleState | null;
  /** Early stopping: the epoch of lowest validation loss so far. */
  readonly best: BestEpoch | null;
  /** Losses of the batches of the running epoch, [batch]. */
  readonly losses: Float64Array;
  /** Of the last epoch that ended; NaN before the first. */
  readonly trainingLoss: number;
}

/** What the plateau schedule remembers. */
export interface ScheduleState {
  readonly learningRate: number;
  readonly best: number;
  readonly waited: number;
}

export interface BestEpoch {
  /** From 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly parameters: Float64Array;
}
