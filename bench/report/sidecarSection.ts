import type {Machine} from '../comparison/comparison.ts';
import type {CheckpointCost} from '../sidecar/checkpoints.ts';
import type {Latency} from '../sidecar/latency.ts';
import type {Listing} from '../sidecar/listing.ts';
import type {OwnThread} from '../sidecar/ownThread.ts';
import type {Ratio} from '../sidecar/pairs.ts';
import type {Silence} from '../sidecar/silence.ts';
import type {WatchingCost} from '../sidecar/watching.ts';
import {duration, figure, table} from './markdown.ts';

/** bench/results/sidecar.json, as bench/sidecar.ts writes it. */
export interface SidecarResult {
  readonly machine: Machine;
  readonly ownThread: readonly OwnThread[];
  readonly checkpoints: readonly CheckpointCost[];
  readonly watching: readonly WatchingCost[];
  readonly masks: Latency;
  readonly epochs: Latency;
  readonly cancels: readonly (Latency & {readonly task: string})[];
  readonly silence: Silence;
  readonly listing: Listing;
}

type Row = readonly [what: string, measured: string, goal: string];

export function sidecarSection(result: SidecarResult): string {
  const {machine, masks, epochs, cancels, silence, listing} = result;
  const more = silence.mostMB - silence.beforeMB;
  const rows: Row[] = [
    ...result.ownThread.flatMap(ownThreadRows),
    ...result.checkpoints.flatMap(checkpointRows),
    ...result.watching.flatMap(watchingRows),
    ['from a batch to its masks at the client', latency(masks), '100 ms'],
    ['from asking for an epoch to its event', latency(epochs), '100 ms'],
    ...cancels.map((each): Row => [`from asking to cancel to the answer: ${each.task}`, latency(each), '200 ms']),
    [
      `a client that reads nothing for ${silence.seconds} s`,
      `${silence.beforeMB} MB, at most ${Math.abs(more)} MB ${more < 0 ? 'less' : 'more'}`,
      '50 MB more',
    ],
    [
      `${listing.runs.toLocaleString('en-US')} stored runs are listed`,
      `${duration(listing.medianMs)}, longest ${duration(listing.slowestMs)}; the first time ${duration(listing.firstMs)}`,
      '300 ms',
    ],
  ];
  return `${machine.cores} cores of an ${machine.cpu}, Node ${machine.node}; load before the run ${figure(machine.loadBefore)}, after it ${figure(machine.loadAfter)}.

${table(['', 'measured', 'at most'], rows)}`;
}

function ownThreadRows({task, seconds, checkpoints, watching}: OwnThread): Row[] {
  const size = `${figure(checkpoints.bytesOfEach / 1e6)} MB each`;
  return [
    [
      `share of the training thread, ${checkpoints.count} checkpoints of ${size} in ${seconds} s: ${task}`,
      percent(checkpoints.share),
      '2 %',
    ],
    [`… and being watched, ${watching.batches} masks and ${watching.layers} layers`, percent(watching.share), '5 %'],
  ];
}

function checkpointRows({task, wall, processor, checkpointsInEach}: CheckpointCost): Row[] {
  return [
    [
      `time with ${figure(checkpointsInEach)} checkpoints to that without, ${wall.pairs} pairs: ${task}`,
      times(wall),
      '1.02',
    ],
    ['… processor time of the process', times(processor), '1.02'],
  ];
}

function watchingRows({task, wall, processor, others, masksPerSecond, layersPerSecond}: WatchingCost): Row[] {
  const shown = `${figure(masksPerSecond)} masks and ${figure(layersPerSecond)} layers a second`;
  return [
    [`time of a batch watched (${shown}) to that unwatched, ${wall.pairs} pairs: ${task}`, times(wall), '1.05'],
    ['… processor time of the thread that trains', times(processor), '1.05'],
    [
      '… a core’s share that the other threads take, watched and not',
      `${percent(others.with)}, ${percent(others.without)}`,
      '',
    ],
  ];
}

/** "× 1.002 (0.994 to 1.011)" */
function times({median, low, high}: Ratio): string {
  return `× ${median.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}

const percent = (share: number) => `${(100 * share).toFixed(2)} %`;

function latency({medianMs, p95Ms, longestMs, count}: Latency): string {
  return `${duration(medianMs)}, 95 % under ${duration(p95Ms)}, longest ${duration(longestMs)} (${count})`;
}
