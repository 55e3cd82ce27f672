/** Keeps something that is useful, but not needed, to a share of the time of the work that it accompanies. */
export interface TimeBudget {
  /** @param allowedMs the share of the work that was just done */
  earn(allowedMs: number): void;
  /** Whether the next expense, as long as the last one was, stays within what was earned. */
  isEnough(): boolean;
  spend(elapsedMs: number): void;
}

/** @param firstCostMs what the first expense is expected to take */
export function createTimeBudget(firstCostMs: number): TimeBudget {
  let savedMs = 0;
  let expectedMs = firstCostMs;
  return {
    earn(allowedMs) {
      savedMs += allowedMs;
    },
    isEnough: () => savedMs > 0 && savedMs >= expectedMs,
    spend(elapsedMs) {
      savedMs -= elapsedMs;
      expectedMs = elapsedMs;
    },
  };
}
