/**
 * What the sidecar's promises cost and how they are kept: `npm run bench:sidecar -- [--pairs 5] [--silent-seconds 60]
 * [--out FILE]`, about three and a half minutes on a machine that does nothing else.
 *
 * - Training of one network with checkpoints and without, and watched and not, in turns, and the ratio of each pair.
 * - From a batch to the client, from asking for an epoch to its event, from asking to cancel to the answer.
 * - Memory of the sidecar while its client reads nothing.
 *
 * A table is printed; a run with the usual options is written to bench/results/sidecar.json.
 */
import {writeFileSync} from 'node:fs';
import {loadavg} from 'node:os';
import {resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {startSidecar} from '../test/support/sidecarClient.ts';
import {describeMachine} from './comparison/machine.ts';
import {checkpointCost} from './sidecar/checkpoints.ts';
import {cancelLatency, eventLatency, type Latency, masksLatency} from './sidecar/latency.ts';
import type {Ratio} from './sidecar/pairs.ts';
import {silentClient} from './sidecar/silence.ts';
import {createTaskFolder, tasks} from './sidecar/tasks.ts';
import {watchingCost} from './sidecar/watching.ts';

const {values: options} = parseArgs({
  options: {
    pairs: {type: 'string', default: '5'},
    'silent-seconds': {type: 'string', default: '60'},
    out: {type: 'string'},
  },
});
const [pairs, silentSeconds] = [Number(options.pairs), Number(options['silent-seconds'])];
const usual = pairs === 5 && silentSeconds === 60 ? new URL('results/sidecar.json', import.meta.url) : null;
const out = options.out ? resolve(options.out) : usual && fileURLToPath(usual);

const loadBefore = loadavg()[0]!;
const {document, dispose} = createTaskFolder();
const short = tasks[0]!;
const checkpoints = [];
for (const task of tasks) checkpoints.push(await checkpointCost(document, task, pairs));
const client = await startSidecar();
const watching = [];
for (const task of tasks) watching.push(await watchingCost(client, document, task, pairs));
const masks = await masksLatency(client, document, short, 150);
const epochs = await eventLatency(client, document, short, 100);
const cancels = await cancelLatency(client, document, short, 20);
const silence = await silentClient(client, document, short, silentSeconds);
await client.close();
dispose();

const rows: (readonly [what: string, measured: string, goal: string])[] = [
  ...checkpoints.flatMap(({task, wall, processor, checkpointsInEach}) => [
    [`With ${checkpointsInEach.toFixed(1)} checkpoints: ${task}`, times(wall), '1.02'] as const,
    ['… its processor time', times(processor), ''] as const,
  ]),
  ...watching.flatMap(({task, wall, processor, masksPerSecond, layersPerSecond}) => [
    [
      `Watched, ${masksPerSecond.toFixed(0)} masks and ${layersPerSecond.toFixed(0)} layers a second: ${task}`,
      times(wall),
      '1.05',
    ] as const,
    ['… processor time of the thread that trains', times(processor), ''] as const,
  ]),
  ['From a batch to its masks at the client', milliseconds(masks), '100 ms'],
  ['From asking for an epoch to its event', milliseconds(epochs), '100 ms'],
  ['From asking to cancel to the answer', milliseconds(cancels), '200 ms'],
  [
    `A client that reads nothing for ${silence.seconds} s`,
    `${silence.beforeMB} MB, at most ${silence.mostMB} MB`,
    '50 MB more',
  ],
];
console.log('| | measured | at most |\n| --- | --- | --- |');
for (const row of rows) console.log(`| ${row.join(' | ')} |`);
if (out) {
  const measured = {
    machine: describeMachine(loadBefore),
    pairs,
    checkpoints,
    watching,
    masks,
    epochs,
    cancels,
    silence,
  };
  writeFileSync(out, `${JSON.stringify(measured, null, 2)}\n`);
}

/** "× 1.02 (0.99 to 1.04)" */
function times({median, least, most}: Ratio): string {
  return `× ${median.toFixed(3)} (${least.toFixed(2)} to ${most.toFixed(2)})`;
}

function milliseconds({medianMs, p95Ms, longestMs, count}: Latency): string {
  return `${medianMs.toFixed(0)} ms, 95 % under ${p95Ms.toFixed(0)} ms, longest ${longestMs.toFixed(0)} ms (${count})`;
}
