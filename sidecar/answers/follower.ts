/** Who waits for a long answer: it is told how far it is, and may think better of it. */
export interface Follower {
  readonly signal: AbortSignal;
  /** @param share from 0 to 1 @param words what else there is to see of it, such as how wide an interval still is */
  onProgress(share: number, words?: string): void;
}
