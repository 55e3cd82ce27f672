import {type MnistResult, netName} from './mnistSections.ts';

const width = 760;
const height = 360;
const plot = {left: 56, top: 16, right: width - 16, bottom: height - 44};
/** Above it only the first epochs lie; below it nothing does. */
const errorRange = {from: 1, to: 3};
/** Dark enough on white, light enough on black: GitHub shows the picture on either. */
const colours = ['#888888', '#d9822b', '#2f8fd0', '#3fa45b', '#a05fc0', '#c04f6f'];

/** The test error over the epochs, as an SVG. Epochs are on a logarithmic axis: most happens in the first ones. */
export function mnistChart(results: readonly MnistResult[]): string {
  const sorted = results.toSorted((a, b) => a.net.hidden - b.net.hidden || a.epochs.length - b.epochs.length);
  const longest = Math.max(...sorted.map(({epochs}) => epochs.length));
  const x = (epoch: number) => plot.left + (Math.log(epoch) / Math.log(longest)) * (plot.right - plot.left);
  const y = (error: number) =>
    plot.bottom - ((error - errorRange.from) / (errorRange.to - errorRange.from)) * (plot.bottom - plot.top);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#888888">`,
    '<title>MNIST: test error over epochs</title>',
    ...errorTicks().flatMap(error => [
      `<line x1="${plot.left}" x2="${plot.right}" y1="${y(error).toFixed(1)}" y2="${y(error).toFixed(1)}" stroke="#888888" stroke-opacity="0.25"/>`,
      `<text x="${plot.left - 8}" y="${(y(error) + 4).toFixed(1)}" text-anchor="end">${error.toFixed(1)} %</text>`,
    ]),
    ...epochTicks(longest).map(
      epoch => `<text x="${x(epoch).toFixed(1)}" y="${plot.bottom + 18}" text-anchor="middle">${epoch}</text>`,
    ),
    `<text x="${(plot.left + plot.right) / 2}" y="${height - 6}" text-anchor="middle">epochs (logarithmic); test error of 10,000 digits</text>`,
    ...sorted.flatMap((result, i) => {
      const points = result.epochs
        .filter(({testError}) => testError <= errorRange.to)
        .map(({epoch, testError}) => `${x(epoch).toFixed(1)},${y(testError).toFixed(1)}`);
      const colour = colours[i % colours.length];
      return [
        `<polyline fill="none" stroke="${colour}" stroke-width="1.5" points="${points.join(' ')}"/>`,
        `<text x="${plot.right - 250}" y="${plot.top + 14 + 18 * i}" fill="${colour}">${netName(result)}: ${result.testError.toFixed(2)} %</text>`,
      ];
    }),
    '</svg>',
  ].join('\n')}\n`;
}

function errorTicks(): number[] {
  const count = Math.round((errorRange.to - errorRange.from) / 0.5);
  return Array.from({length: count + 1}, (_, i) => errorRange.from + 0.5 * i);
}

function epochTicks(longest: number): number[] {
  return [1, 2, 5, 10, 20, 50, 100, 200, 300, 500, 1000].filter(epoch => epoch <= longest);
}
