/**
 * What the sidecar's promises cost and how they are kept: `npm run bench:sidecar -- [--pairs 40] [--silent-seconds 60]
 * [--out FILE]`, about eight minutes on a machine that does nothing else.
 *
 * - The share of its time that a training spends on checkpoints and on being watched, measured in its own thread.
 * - One training that is watched every other second, and whole trainings with checkpoints and without, in turns: ratios
 *   of pairs, their median, and where that lies with 95 % confidence. Where one of the machine's other programs is
 *   busy, the intervals grow; they do not move.
 * - From a batch to the client, from asking for an epoch to its event, from asking to cancel to the answer.
 * - Memory of the sidecar while its client reads nothing, and how long 10,000 stored runs take to list.
 *
 * A table is printed; a run with the usual options is written to bench/results/sidecar.json, from which
 * `node bench/report.ts` makes the table of docs/sidecar.md.
 */
import {writeFileSync} from 'node:fs';
import {loadavg} from 'node:os';
import {resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {startSidecar} from '../test/support/sidecarClient.ts';
import {describeMachine} from './comparison/machine.ts';
import {type SidecarResult, sidecarSection} from './report/sidecarSection.ts';
import {checkpointCost} from './sidecar/checkpoints.ts';
import {cancelLatency, eventLatency, masksLatency} from './sidecar/latency.ts';
import {listRuns} from './sidecar/listing.ts';
import {ownThread} from './sidecar/ownThread.ts';
import {silentClient} from './sidecar/silence.ts';
import {createTaskFolder, tasks} from './sidecar/tasks.ts';
import {watchingCost} from './sidecar/watching.ts';

const {values: options} = parseArgs({
  options: {
    pairs: {type: 'string', default: '40'},
    'silent-seconds': {type: 'string', default: '60'},
    out: {type: 'string'},
  },
});
const [pairs, silentSeconds] = [Number(options.pairs), Number(options['silent-seconds'])];
const usual = pairs === 40 && silentSeconds === 60 ? new URL('results/sidecar.json', import.meta.url) : null;
const out = options.out ? resolve(options.out) : usual && fileURLToPath(usual);
const OWN_THREAD_SECONDS = 15;

const loadBefore = loadavg()[0]!;
const {document, dispose} = createTaskFolder();
const [short] = tasks;
const inTurn = async <T>(measure: (task: (typeof tasks)[number]) => Promise<T>): Promise<T[]> => {
  const measured = [];
  for (const task of tasks) measured.push(await measure(task));
  return measured;
};
const own = await inTurn(task => ownThread(document, task, OWN_THREAD_SECONDS));
// A whole training takes as long as two segments of a watched one.
const checkpoints = await inTurn(task => checkpointCost(document, task, Math.ceil(pairs / 2)));
const client = await startSidecar();
const watching = await inTurn(task => watchingCost(client, document, task, pairs));
const masks = await masksLatency(client, document, short, 150);
const epochs = await eventLatency(client, document, short, 100);
const cancels = await inTurn(async task => ({task: task.name, ...(await cancelLatency(client, document, task, 20))}));
const silence = await silentClient(client, document, short, silentSeconds);
await client.close();
dispose();
const listing = listRuns(10_000);

const machine = describeMachine(loadBefore);
const result: SidecarResult = {
  ...{machine, ownThread: own, checkpoints, watching},
  ...{masks, epochs, cancels, silence, listing},
};
console.log(sidecarSection(result));
if (out) writeFileSync(out, `${JSON.stringify(result, null, 2)}\n`);
