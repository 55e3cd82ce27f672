/** A table of Markdown; the first column holds names, the others figures. */
export function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}

/** Milliseconds in the unit that reads best. */
export function duration(ms: number): string {
  if (ms < 1) return `${figure(1000 * ms)} µs`;
  return ms < 1000 ? `${figure(ms)} ms` : `${figure(ms / 1000)} s`;
}

/** Three digits: the measurements hold no more, and often fewer. */
export function figure(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US', {maximumSignificantDigits: 3});
}

/** How many times as long: 1.3×, 12×. */
export function times(ratio: number): string {
  return `${ratio < 10 ? ratio.toFixed(ratio < 0.095 ? 2 : 1) : Math.round(ratio).toLocaleString('en-US')}×`;
}
