/**
 * What watching costs: the same training with a network watched (masks 30 times a second, states of layers, every event
 * told) and not, in pairs, one after the other: `node bench/watching.ts`, or with a number of pairs.
 */
import {cpSync, mkdtempSync, rmSync} from 'node:fs';
import {availableParallelism, cpus, tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {prepareRun} from '../sidecar/running/prepareRun.ts';
import {startRun} from '../sidecar/running/startRun.ts';
import {trainingRun} from '../sidecar/running/trainingRun.ts';

const pairs = Number(process.argv[2] ?? 10);
const EPOCHS = 3000;
const VARIANT = 'hidden dropout';

const folder = mkdtempSync(join(tmpdir(), 'mlp-watching-'));
cpSync(fileURLToPath(new URL('../examples/sonar/', import.meta.url)), folder, {
  recursive: true,
  filter: source => !source.includes('.mlp/'),
});
console.log(`${cpus()[0]?.model}, ${availableParallelism()} cores, Node ${process.versions.node}`);
console.log(`sonar, "${VARIANT}" on all rows, ${EPOCHS} epochs, ${pairs} pairs`);

await train({watched: true}); // Warms up.
const ratios: number[] = [];
for (let pair = 0; pair < pairs; pair++) {
  // Whoever comes second finds a warmer machine: they take turns.
  const first = await train({watched: pair % 2 === 0});
  const second = await train({watched: pair % 2 !== 0});
  const [watched, unwatched] = pair % 2 === 0 ? [first, second] : [second, first];
  ratios.push(watched.seconds / unwatched.seconds);
  console.log(
    `pair ${pair + 1}: watched ${watched.seconds.toFixed(2)} s (${watched.live} states seen), unwatched ${unwatched.seconds.toFixed(2)} s`,
  );
}
ratios.sort((a, b) => a - b);
const percent = (ratio: number) => `${((ratio - 1) * 100).toFixed(1)} %`;
console.log(
  `watching costs ${percent(ratios[Math.floor(ratios.length / 2)]!)} (median; quartiles ${percent(ratios[Math.floor(ratios.length / 4)]!)} to ${percent(ratios[Math.floor((3 * ratios.length) / 4)]!)})`,
);
rmSync(folder, {recursive: true});

async function train({watched}: {watched: boolean}): Promise<{seconds: number; live: number}> {
  const {run: prepared} = await prepareRun({
    kind: 'training',
    document: join(folder, 'sonar.mlp.json'),
    overrides: {variants: [VARIANT], 'training.epochs': EPOCHS},
  });
  let live = 0;
  let seconds = 0;
  const running = startRun(prepared!, trainingRun, {
    workers: 1,
    onLive: () => void live++,
    onEvent(event) {
      // Of the training alone: starting a thread takes as long, watched or not.
      if (event.event === 'foldEnded') ({seconds} = event);
    },
  });
  running.watch(watched ? {variant: VARIANT, repeat: 0, fold: 0, layers: null, rate: 30} : null);
  const {failure} = await running.ended;
  if (failure) throw failure;
  return {seconds, live};
}
