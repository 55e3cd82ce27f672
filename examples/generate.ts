/**
 * Makes the data of the examples that are drawn at random: `node examples/generate.ts` writes the same files again.
 * Two moons and two spirals as in many teaching tools; Friedman's first function from J. H. Friedman, Multivariate
 * adaptive regression splines, Annals of Statistics 19 (1991), §4.3. And noise.
 */
import {writeFileSync} from 'node:fs';
import {normalQuantile} from '../sidecar/kernels/elementary.ts';
import {foldIn, RandomStream, randomKey} from '../sidecar/kernels/random.ts';

writeExample('moons', ['x', 'y', 'moon'], 300, (random, row) => {
  const upper = row % 2 === 0;
  const angle = Math.PI * random.uniform();
  const x = upper ? Math.cos(angle) : 1 - Math.cos(angle);
  const y = upper ? Math.sin(angle) : 0.5 - Math.sin(angle);
  return [x + normal(random, 0.2), y + normal(random, 0.2), upper ? 'upper' : 'lower'];
});

writeExample('spirals', ['x', 'y', 'spiral'], 400, (random, row) => {
  const inner = row % 2 === 0;
  const radius = 0.1 + 0.9 * random.uniform();
  const angle = 1.75 * 2 * Math.PI * radius + (inner ? 0 : Math.PI);
  const x = radius * Math.cos(angle) + normal(random, 0.02);
  return [x, radius * Math.sin(angle) + normal(random, 0.02), inner ? 'first' : 'second'];
});

const inputNames = Array.from({length: 10}, (_, i) => `x${i + 1}`);
writeExample('friedman', [...inputNames, 'y'], 500, random => {
  const x = inputNames.map(() => random.uniform());
  const [x1, x2, x3, x4, x5] = x as [number, number, number, number, number];
  const y = 10 * Math.sin(Math.PI * x1 * x2) + 20 * (x3 - 0.5) ** 2 + 10 * x4 + 5 * x5;
  return [...x, y + normal(random, 1)];
});

/** Nothing can be learned from this: the inputs are noise, and a coin decides the class, equally often. */
const noiseNames = Array.from({length: 12}, (_, i) => `noise${i + 1}`);
writeExample('noise', [...noiseNames, 'coin'], 60, (random, row) => [
  ...noiseNames.map(() => normal(random, 1)),
  row % 2 === 0 ? 'heads' : 'tails',
]);

function normal(random: RandomStream, sd: number): number {
  return sd * normalQuantile((random.word() + 0.5) / 2 ** 32);
}

function writeExample(
  name: string,
  columns: string[],
  rows: number,
  draw: (random: RandomStream, row: number) => (number | string)[],
): void {
  const random = new RandomStream(foldIn(randomKey(1), name));
  const lines = Array.from({length: rows}, (_, row) =>
    draw(random, row).map(value => (typeof value === 'number' ? value.toFixed(4) : value)),
  );
  const text = [columns, ...lines].map(cells => `${cells.join(',')}\n`).join('');
  writeFileSync(new URL(`${name}/${name}.csv`, import.meta.url), text);
}
