import {table} from './markdown.ts';

/** A file of bench/results/mnist, as bench/mnist.ts writes it. */
export interface MnistResult {
  readonly net: {
    readonly name: string;
    readonly layers: string;
    readonly visible: number;
    readonly hidden: number;
    readonly maxNorm: number | null;
    /** Test error in percent. */
    readonly published: number;
  };
  readonly training: {readonly batchSize: number; readonly seed: number};
  readonly machine: {readonly cpu: string; readonly cores: number};
  readonly seconds: number;
  readonly testError: number;
  readonly lowestTestError: number;
  readonly epochs: ReadonlyArray<{readonly epoch: number; readonly testError: number; readonly trainingLoss: number}>;
}

/** What docs/performance.md says of MNIST. */
export function mnistSections(results: readonly MnistResult[]): Record<string, string> {
  const sorted = results.toSorted((a, b) => a.net.hidden - b.net.hidden || a.epochs.length - b.epochs.length);
  return {mnist: errors(sorted), mnistReading: reading(sorted), mnistEpochs: overEpochs(sorted)};
}

export function netName({net: {hidden, maxNorm}, epochs}: MnistResult): string {
  const name = hidden === 0 ? 'no dropout' : maxNorm === null ? 'dropout' : 'dropout and max-norm';
  return `${name}, ${epochs.length} epochs`;
}

function errors(results: readonly MnistResult[]): string {
  return table(
    ['net', 'published', 'test error', 'lowest of any epoch', 'loss of the last epoch', 'minutes'],
    results.map(result => [
      netName(result),
      `${result.net.published.toFixed(2)} %`,
      `**${result.testError.toFixed(2)} %**`,
      `${result.lowestTestError.toFixed(2)} %`,
      result.epochs.at(-1)!.trainingLoss.toPrecision(2),
      (result.seconds / 60).toFixed(0),
    ]),
  );
}

const TEST_DIGITS = 10_000;

/** Whether dropout made a difference that can be told from chance on these test digits. */
function reading(results: readonly MnistResult[]): string {
  const lowest = (some: readonly MnistResult[]) => some.toSorted((a, b) => a.testError - b.testError)[0];
  const without = lowest(results.filter(({net}) => net.hidden === 0));
  const dropped = lowest(results.filter(({net}) => net.hidden > 0));
  if (!without || !dropped) return '';
  const [p, q] = [without.testError / 100, dropped.testError / 100];
  const difference = without.testError - dropped.testError;
  // As if the two erred independently; they err on many of the same digits, so the true one is smaller.
  const standardError = 100 * Math.sqrt((p * (1 - p) + q * (1 - q)) / TEST_DIGITS);
  const verdict =
    Math.abs(difference) < 2 * standardError
      ? 'That is within chance: **these runs show no certain advantage of dropout in the test error**'
      : difference > 0
        ? '**Dropout made the net better** by more than chance explains'
        : '**Dropout made the net worse** by more than chance explains';
  return `The best net with dropout (${netName(dropped)}) errs on ${dropped.testError.toFixed(2)} % of the test digits, the best without
(${netName(without)}) on ${without.testError.toFixed(2)} %: a difference of ${difference.toFixed(2)} points, whose standard error is at most ${standardError.toFixed(2)}.
${verdict}; each net is one seed.`;
}

/** Test error after some of the epochs, more of them at the beginning and always the last. */
function overEpochs(results: readonly MnistResult[]): string {
  const longest = Math.max(...results.map(({epochs}) => epochs.length));
  const shown = [1, 2, 5, 10, 20, 50, 100, 200, 300, 500, 1000].filter(epoch => epoch <= longest);
  return table(
    ['test error (%) after epoch', ...shown.map(String)],
    results.map(result => [
      netName(result),
      ...shown.map(epoch => result.epochs[epoch - 1]?.testError.toFixed(2) ?? ''),
    ]),
  );
}
