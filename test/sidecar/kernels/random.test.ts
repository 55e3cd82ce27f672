import {describe, expect, test} from 'vitest';
import {
  dropThreshold,
  foldIn,
  maskWord,
  philox,
  type RandomKey,
  RandomStream,
  randomKey,
} from '../../../sidecar/kernels/random.ts';

/**
 * The tests of chance are on fixed keys, so they pass always or never. Their bounds are 5 standard deviations: were the
 * words random, one bound in 1.7 million would fail.
 */
const deviations = 5;

describe('philox', () => {
  // The known answers that come with the authors' Random123 (kat_vectors, philox4x32 10).
  test.each([
    ['zeros', [0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [
      'ones',
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      '408f276d 41c83b0e a20bc7c6 6d5451fd',
    ],
    [
      'digits of π',
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    ],
  ] as const)('gives the known answer for %s', (_name, counter, [low, high], expected) => {
    const words = new Uint32Array(4);
    philox([...counter], {low, high}, words);

    expect(Array.from(words, word => word.toString(16).padStart(8, '0')).join(' ')).toBe(expected);
  });
});

describe('keys', () => {
  test('name their seed up to 2^53 − 1', () => {
    expect(randomKey(0)).toEqual({low: 0, high: 0});
    expect(randomKey(2 ** 32 + 7)).toEqual({low: 7, high: 1});
    expect(randomKey(Number.MAX_SAFE_INTEGER)).toEqual({low: 2 ** 32 - 1, high: 2 ** 21 - 1});
  });

  test.each([-1, 0.5, 2 ** 53, Number.NaN])('refuse the seed %d', seed => {
    expect(() => randomKey(seed)).toThrow(new RangeError(`seed must be an integer from 0 to 2^53 - 1, got ${seed}`));
  });

  test('differ for each part, each order of parts, and for a number and its name', () => {
    const root = randomKey(1);
    const paths = [[], [0], [1], [2], [0, 1], [1, 0], ['0'], ['1'], [''], ['weights'], ['weightt'], [0, 'weights']];

    const keys = paths.map(path => path.reduce<RandomKey>(foldIn, root));

    expect(new Set(keys.map(({low, high}) => `${low} ${high}`)).size).toBe(paths.length);
  });

  test('of 40 000 neighbours in a tree are all different', () => {
    const keys = new Set<string>();
    for (let a = 0; a < 200; a++) {
      const parent = foldIn(randomKey(3), a);
      for (let b = 0; b < 200; b++) {
        const {low, high} = foldIn(parent, b);
        keys.add(`${low} ${high}`);
      }
    }

    expect(keys.size).toBe(40_000);
  });
});

describe('RandomStream', () => {
  test('gives the same words again below the same key, others below another', () => {
    const words = (key: RandomKey) => {
      const stream = new RandomStream(key);
      return Array.from({length: 9}, () => stream.word());
    };

    expect(words(randomKey(5))).toEqual(words(randomKey(5)));
    expect(words(randomKey(5))).not.toEqual(words(randomKey(6)));
  });

  test('has nothing in common with the keys of its children', () => {
    const key = randomKey(5);
    const stream = new RandomStream(key);
    const words = new Set(Array.from({length: 4000}, () => stream.word()));

    const children = Array.from({length: 1000}, (_, part) => foldIn(key, part));

    expect(children.filter(({low, high}) => words.has(low) || words.has(high))).toEqual([]);
  });

  test('uniform fills [0, 1) evenly', () => {
    const stream = new RandomStream(randomKey(7));
    const counts = new Array(100).fill(0);
    for (let i = 0; i < 100_000; i++) counts[Math.floor(100 * stream.uniform())]++;

    expect(counts.length).toBe(100);
    expect(chiSquare(counts)).toBeLessThan(chiSquareBound(100));
  });

  test.each([1, 2, 6, 7, 100])('below(%d) meets every integer equally often', bound => {
    const stream = new RandomStream(randomKey(8));
    const counts = new Array(bound).fill(0);
    for (let i = 0; i < 1000 * bound; i++) counts[stream.below(bound)]++;

    expect(counts.length).toBe(bound);
    expect(chiSquare(counts)).toBeLessThanOrEqual(chiSquareBound(bound));
  });

  test('below has no modulo bias, which for 3 · 2^30 would make the lower third twice as likely', () => {
    const stream = new RandomStream(randomKey(9));
    const counts = [0, 0, 0];
    for (let i = 0; i < 30_000; i++) counts[Math.floor(stream.below(3 * 2 ** 30) / 2 ** 30)]!++;

    expect(chiSquare(counts)).toBeLessThan(chiSquareBound(3));
  });

  test('shuffle makes each of the 24 orders of 4 elements equally often', () => {
    const stream = new RandomStream(randomKey(10));
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = stream.shuffle([0, 1, 2, 3]).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }

    expect(counts.size).toBe(24);
    expect(chiSquare([...counts.values()])).toBeLessThan(chiSquareBound(24));
  });
});

describe('maskWord', () => {
  const keys = Array.from({length: 400}, (_, i) => foldIn(foldIn(randomKey(11), Math.floor(i / 4)), i % 4));

  test.each([24, 16, 8, 0])('bits %d to +7 are uniform over 400 neighbouring keys and 1000 indices', shift => {
    const counts = new Array(256).fill(0);
    for (const key of keys) {
      for (let index = 0; index < 1000; index++) counts[(maskWord(key, index) >>> shift) & 255]++;
    }

    expect(chiSquare(counts)).toBeLessThan(chiSquareBound(256));
  });

  test('is uniform below each key by itself', () => {
    const statistics = keys.map(key => {
      const counts = new Array(64).fill(0);
      for (let index = 0; index < 4096; index++) counts[maskWord(key, index) >>> 26]++;
      return chiSquare(counts);
    });

    // 400 statistics of 63 degrees of freedom: their mean is 63 ± √(126 / 400).
    const mean = statistics.reduce((sum, value) => sum + value, 0) / statistics.length;
    expect(Math.abs(mean - 63)).toBeLessThan(deviations * Math.sqrt(126 / statistics.length));
    expect(Math.max(...statistics)).toBeLessThan(63 + 6 * Math.sqrt(2 * 63));
  });

  test('gives each of 60 units its rate over 1000 batches of 16 rows', () => {
    const [units, rows, batches, rate] = [60, 16, 1000, 0.2];
    const threshold = dropThreshold(rate);
    const dropped = new Array(units).fill(0);
    for (let batch = 0; batch < batches; batch++) {
      const key = foldIn(foldIn(randomKey(12), batch), 0);
      for (let index = 0; index < rows * units; index++) {
        if (maskWord(key, index) < threshold) dropped[index % units]++;
      }
    }

    const deviation = Math.sqrt(rows * batches * rate * (1 - rate));
    for (const count of dropped) {
      expect(Math.abs(count - rows * batches * rate)).toBeLessThan(deviations * deviation);
    }
  });

  test('repeats no sequence: keys beside each other share no words', () => {
    const seen = new Map<number, number>();
    for (const key of keys.slice(0, 40)) {
      for (let index = 0; index < 2000; index++) {
        const word = maskWord(key, index);
        seen.set(word, (seen.get(word) ?? 0) + 1);
      }
    }

    // 80 000 words: 80 000² / 2^33 = 0.75 pairs are expected by chance. One shifted copy would be 2000.
    expect(80_000 - seen.size).toBeLessThan(8);
  });

  test.each([
    ['in their lower words', {low: 5, high: 1}, {low: 6, high: 2}],
    ['in their upper words only', {low: 5, high: 1}, {low: 5, high: 2}],
  ])('is no shifted copy of one sequence: keys that differ %s share no words', (_name, first, second) => {
    const words = new Set(Array.from({length: 2000}, (_, index) => maskWord(first, index)));

    const shared = Array.from({length: 2000}, (_, index) => maskWord(second, index)).filter(word => words.has(word));

    // By chance 2000² / 2^32 = 0.001 words.
    expect(shared).toEqual([]);
  });

  test.each([
    ['the same index below the next key', 0],
    ['the next index below the same key', 1],
    ['the index of the next row of 60 units', 60],
  ])('is not correlated with %s', (_name, lag) => {
    let sum = 0;
    let count = 0;
    for (const [i, key] of keys.entries()) {
      const other = lag === 0 ? keys[(i + 1) % keys.length]! : key;
      for (let index = 0; index < 500; index++) {
        sum += centred(maskWord(key, index)) * centred(maskWord(other, index + lag));
        count++;
      }
    }

    // A product of two independent U(−½, ½) has mean 0 and standard deviation 1/12.
    expect(Math.abs(sum / count)).toBeLessThan((deviations * (1 / 12)) / Math.sqrt(count));
  });

  // Masks are compared as a network uses them: 60 units, 16 rows, the next layer, the next step, another variant.
  const sites = (seed: number) => {
    const layerKey = (variant: string, step: number, layer: number) =>
      foldIn(foldIn(foldIn(foldIn(randomKey(seed), 'masks'), variant), step), layer);
    return {
      here: layerKey('baseline', 3, 1),
      layer: layerKey('baseline', 3, 2),
      step: layerKey('baseline', 4, 1),
      variant: layerKey('dropout', 3, 1),
    };
  };

  describe.each([0.1, 0.5, 0.8])('at rate %d', rate => {
    const threshold = dropThreshold(rate);
    const dropped = (key: RandomKey, index: number) => (maskWord(key, index) < threshold ? 1 : 0);

    test('drops as much as it should below each of 1000 seeds: no seed more even or uneven than chance', () => {
      let squares = 0;
      for (let seed = 0; seed < 1000; seed++) {
        const {here} = sites(seed);
        let count = 0;
        for (let index = 0; index < 960; index++) count += dropped(here, index);
        squares += (count - 960 * rate) ** 2 / (960 * rate * (1 - rate));
      }

      // Squared deviations of 1000 binomial counts: χ² of 1000 degrees of freedom, on both of its sides.
      expect(Math.abs(squares - 1000)).toBeLessThan(deviations * Math.sqrt(2 * 1000));
    });

    test.each([
      ['the next unit', 'here', 1],
      ['the unit after that', 'here', 2],
      ['the same unit of the next row', 'here', 60],
      ['the same unit of the next layer', 'layer', 0],
      ['the same unit in the next step', 'step', 0],
      ['the same unit of another variant', 'variant', 0],
    ] as const)('drops a unit and %s independently of each other, over 300 seeds', (_name, site, lag) => {
      const counts = [0, 0, 0, 0];
      for (let seed = 0; seed < 300; seed++) {
        const {here, [site]: other} = sites(seed);
        for (let index = 0; index < 900; index++) {
          const pair = 2 * dropped(here, index) + dropped(other, index + lag);
          counts[pair] = counts[pair]! + 1;
        }
      }

      const shares = [(1 - rate) ** 2, (1 - rate) * rate, rate * (1 - rate), rate ** 2];
      // Neighbouring pairs share a unit, which lets the sum of squares vary a little more than the bound of χ² assumes.
      expect(chiSquareOf(counts, shares)).toBeLessThan(2 * chiSquareBound(4));
    });

    test.each([
      ['units', 1],
      ['rows', 60],
    ])('has runs of kept and of dropped %s as long as chance makes them', (_name, stride) => {
      const lengths = [new Array(8).fill(0), new Array(8).fill(0)];
      for (let seed = 0; seed < 100; seed++) {
        const {here} = sites(seed);
        let length = 0;
        for (let i = 1; i < 2000; i++) {
          const state = dropped(here, (i - 1) * stride);
          length++;
          if (dropped(here, i * stride) === state) continue;
          const bin = Math.min(length, 8) - 1;
          lengths[state]![bin]++;
          length = 0;
        }
      }

      for (const [state, stay] of [1 - rate, rate].entries()) {
        // A run of n: n − 1 times the same again, then the other; the last class holds all that are longer.
        const shares = lengths[state]!.map((_, bin) => stay ** bin * (bin < 7 ? 1 - stay : 1));
        const {counts, shares: pooled} = poolRare(lengths[state]!, shares);
        expect(chiSquareOf(counts, pooled)).toBeLessThan(chiSquareBound(Math.max(2, counts.length)));
      }
    });
  });

  test('is below the threshold of a rate exactly as often as the rate says', () => {
    expect([0, 0.25, 0.5].map(dropThreshold)).toEqual([0, 2 ** 30, 2 ** 31]);
    expect(Math.abs(dropThreshold(0.2) / 2 ** 32 - 0.2)).toBeLessThan(2 ** -32);
  });
});

function centred(word: number): number {
  return (word + 0.5) / 2 ** 32 - 0.5;
}

/** Pearson's statistic against equal frequencies. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** Pearson's statistic against given shares, which come to 1. */
function chiSquareOf(counts: readonly number[], shares: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.reduce((sum, count, i) => sum + (count - total * shares[i]!) ** 2 / (total * shares[i]!), 0);
}

/** Joins the last classes until each is expected at least 10 times: χ² is no distribution of rarer ones. */
function poolRare(counts: readonly number[], shares: readonly number[]) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const joined = {counts: [...counts], shares: [...shares]};
  while (joined.counts.length > 1 && total * joined.shares.at(-1)! < 10) {
    const [count, share] = [joined.counts.pop()!, joined.shares.pop()!];
    joined.counts[joined.counts.length - 1]! += count;
    joined.shares[joined.shares.length - 1]! += share;
  }
  return joined;
}

/** Mean plus 5 standard deviations of χ² with one degree of freedom less than there are classes. */
function chiSquareBound(classes: number): number {
  return classes - 1 + deviations * Math.sqrt(2 * (classes - 1));
}
