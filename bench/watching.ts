/**
 * What watching costs: the same training with a network watched (masks 30 times a second, states of layers, every event
 * told) and not, in pairs, one after the other: `node bench/watching.ts`, or with a number of pairs. Time on the clock is
 * what a user waits; processor time, of all threads, also tells on a machine that is busy with something else.
 */
import {cpSync, mkdtempSync, rmSync} from 'node:fs';
import {availableParallelism, cpus, tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {prepareRun} from '../sidecar/running/prepareRun.ts';
import {startRun} from '../sidecar/running/startRun.ts';
import {trainingRun} from '../sidecar/running/trainingRun.ts';

const pairs = Number(process.argv[2] ?? 10);
const EPOCHS = 10_000;
const VARIANT = 'hidden dropout';

const folder = mkdtempSync(join(tmpdir(), 'mlp-watching-'));
cpSync(fileURLToPath(new URL('../examples/sonar/', import.meta.url)), folder, {
  recursive: true,
  filter: source => !source.includes('.mlp/'),
});
console.log(`${cpus()[0]?.model}, ${availableParallelism()} cores, Node ${process.versions.node}`);
console.log(`sonar, "${VARIANT}" on all rows, ${EPOCHS} epochs, ${pairs} pairs`);

await train({watched: true}); // Warms up.
const ratios: {seconds: number; processor: number}[] = [];
for (let pair = 0; pair < pairs; pair++) {
  // Whoever comes second finds a warmer machine: they take turns.
  const first = await train({watched: pair % 2 === 0});
  const second = await train({watched: pair % 2 !== 0});
  const [watched, unwatched] = pair % 2 === 0 ? [first, second] : [second, first];
  ratios.push({seconds: watched.seconds / unwatched.seconds, processor: watched.processor / unwatched.processor});
  console.log(
    `pair ${pair + 1}: watched ${shown(watched)}, ${watched.live} states seen; unwatched ${shown(unwatched)}`,
  );
}
console.log(`watching costs, on the clock: ${quartiles(ratios.map(({seconds}) => seconds))}`);
console.log(`watching costs, of processor time: ${quartiles(ratios.map(({processor}) => processor))}`);
rmSync(folder, {recursive: true});

interface Training {
  readonly seconds: number;
  readonly processor: number;
  readonly live: number;
}

function shown({seconds, processor}: Training): string {
  return `${seconds.toFixed(2)} s (processor ${processor.toFixed(2)} s)`;
}

function quartiles(values: number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const percent = (share: number) => `${((sorted[Math.floor(share * (sorted.length - 1))]! - 1) * 100).toFixed(1)} %`;
  return `${percent(0.5)} (median of ${sorted.length} pairs; quartiles ${percent(0.25)} to ${percent(0.75)})`;
}

async function train({watched}: {watched: boolean}): Promise<Training> {
  const {run: prepared} = await prepareRun({
    kind: 'training',
    document: join(folder, 'sonar.mlp.json'),
    overrides: {variants: [VARIANT], 'training.epochs': EPOCHS},
  });
  let live = 0;
  let seconds = 0;
  let processor = 0;
  let before = process.cpuUsage();
  const running = startRun(prepared!, trainingRun, {
    workers: 1,
    onLive: () => void live++,
    onEvent(event) {
      // Of the training alone: starting a thread takes as long, watched or not.
      if (event.event === 'foldStarted') before = process.cpuUsage();
      if (event.event !== 'foldEnded') return;
      ({seconds} = event);
      const {user, system} = process.cpuUsage(before);
      processor = (user + system) / 1e6;
    },
  });
  running.watch(watched ? {variant: VARIANT, repeat: 0, fold: 0, layers: null, rate: 30} : null);
  const {failure} = await running.ended;
  if (failure) throw failure;
  return {seconds, processor, live};
}
