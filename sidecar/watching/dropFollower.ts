import type {DropCounts} from '../../schemas/protocol.ts';
import {createDropCounter} from './dropCounter.ts';
import type {TrainedNetwork} from './trainedNetwork.ts';

/** Counts the drops of a network that trains, some way behind it, in slices of time so short that nothing waits for them. */
export interface DropFollower {
  /** The network has trained to the end of this epoch. */
  reached(epoch: number): void;
  /** The counts so far, at most to the last epoch that was reached. */
  read(): DropCounts[];
  dispose(): void;
}

const EVERY_MS = 33;
/** While the network trains: cores share caches and clocks, so a thread that counts slows down one that trains beside it. */
const SLICE_MS = 1;
/** When it has trained its last epoch, so that the counts are soon complete. */
const LAST_SLICE_MS = 6;

/** @param onCaughtUp called when all that was reached is counted, after it was not */
export function followDrops(network: TrainedNetwork, onCaughtUp: () => void): DropFollower {
  const counter = createDropCounter(network);
  let toEpoch = 0;
  let timer: NodeJS.Timeout | null = null;

  function countSlice(): void {
    const ends = performance.now() + (toEpoch < network.training.epochs ? SLICE_MS : LAST_SLICE_MS);
    while (counter.next.epoch <= toEpoch && performance.now() < ends) counter.countBatch();
    if (counter.next.epoch <= toEpoch) return;
    stop();
    onCaughtUp();
  }

  function stop(): void {
    if (timer) clearInterval(timer);
    timer = null;
  }

  return {
    reached(epoch) {
      toEpoch = Math.max(toEpoch, epoch);
      if (counter.next.epoch <= toEpoch) timer ??= setInterval(countSlice, EVERY_MS);
    },
    read: counter.read,
    dispose: stop,
  };
}
