import type {SidecarClient} from '../../test/support/sidecarClient.ts';
import {inPairs, type Ratio, ratioOf} from './pairs.ts';
import type {Task} from './tasks.ts';
import {trainingSeconds} from './trainingRun.ts';

export interface WatchingCost {
  readonly task: string;
  /** Of a watched training to one that nobody watches: its wall time … */
  readonly wall: Ratio;
  /** … and the processor time of the thread that trains, which other programs change less. */
  readonly processor: Ratio;
  readonly masksPerSecond: number;
  readonly layersPerSecond: number;
}

/** Trains a network watched (masks 30 times a second, layers, drop counts) and unwatched. */
export async function watchingCost(
  client: SidecarClient,
  document: string,
  task: Task,
  pairs: number,
): Promise<WatchingCost> {
  const train = (way: 'with' | 'without') => trainingSeconds(client, document, task, {isWatched: way === 'with'});
  await train('with');
  const heard = {masks: 0, layers: 0};
  const end = client.on('mlpLab/live', ({masks, layers}) => {
    if (masks) heard.masks++;
    if (layers) heard.layers++;
  });
  const measured = await inPairs(pairs, train);
  end();
  const seconds = measured.reduce((sum, pair) => sum + pair.with.wall, 0);
  return {
    task: task.name,
    wall: ratioOf(measured, ({wall}) => wall),
    processor: ratioOf(measured, ({processor}) => processor),
    masksPerSecond: heard.masks / seconds,
    layersPerSecond: heard.layers / seconds,
  };
}
