/** Keys that the `when` clauses of the manifest ask for. */
export const CONTEXT_KEYS = {
  /** A run is in training, waits or is paused. */
  hasLiveRun: 'mlpLab.hasLiveRun',
  hasRunningRun: 'mlpLab.hasRunningRun',
  hasPausedRun: 'mlpLab.hasPausedRun',
} as const;
