import type {ColumnProfile} from '../data/columnProfile.ts';
import type {Column} from '../data/table.ts';

/** "numeric, 0 to 80, 2 % missing" or "3 categories". */
export function columnSummary({kind, distinct, numbers, missing, count, problem}: ColumnProfile): string {
  const holds = numbers
    ? `${numbers.allIntegers ? 'integers' : 'numbers'}, ${short(numbers.min)} to ${short(numbers.max)}`
    : kind === 'numeric'
      ? 'numbers'
      : `${distinct === '>1000' ? 'more than 1,000' : distinct} ${distinct === 1 ? 'category' : 'categories'}`;
  const share = missing === 0 ? '' : `, ${percent(missing / (missing + count))} missing`;
  return `${holds}${share}${problem?.ofInputs ? `, ${problem.code.replaceAll('-', ' ')}` : ''}`;
}

/** What a column holds, in Markdown. @param column its rows, where they are kept */
export function columnText(profile: ColumnProfile, column: Column | undefined): string {
  const {name, numbers, distinct, missing, count, categories, problem} = profile;
  const lines = [`**${escaped(name)}** · ${columnSummary(profile)}`];
  if (numbers) {
    lines.push(`mean ${short(numbers.mean)}, standard deviation ${short(numbers.sd)}, ${distinct} different values`);
    if (column?.kind === 'numeric') lines.push(`\`${sparkline(histogram(column.values, numbers.min, numbers.max))}\``);
  }
  if (categories) {
    const frequent = categories.toSorted((a, b) => b.count - a.count).slice(0, 8);
    const most = frequent[0]?.count ?? 1;
    const rows = frequent.map(({name, count}) => `${bar(count / most).padEnd(8)} ${count}  ${name.slice(0, 40)}`);
    const rest = categories.length > frequent.length ? [`… ${categories.length - frequent.length} more`] : [];
    lines.push(['```text', ...rows, ...rest, '```'].join('\n'));
  }
  if (missing > 0)
    lines.push(`${missing.toLocaleString('en')} of ${(missing + count).toLocaleString('en')} values missing`);
  if (problem) lines.push(`⚠ ${problem.text}`);
  return lines.join('\n\n');
}

const bins = 24;

/** Rows in equal bins from the smallest to the largest value. */
export function histogram(values: ArrayLike<number>, min: number, max: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  const scale = max > min ? bins / (max - min) : 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (!Number.isNaN(value)) counts[Math.max(0, Math.min(bins - 1, Math.floor((value - min) * scale)))]!++;
  }
  return counts;
}

const LEVELS = '▁▂▃▄▅▆▇█';

export function sparkline(values: readonly number[]): string {
  const most = Math.max(...values, 0);
  return values.map(value => LEVELS[most > 0 ? Math.min(7, Math.floor((value / most) * 7.999)) : 0]).join('');
}

function bar(share: number): string {
  return '█'.repeat(Math.max(1, Math.round(8 * share)));
}

function percent(share: number): string {
  return share < 0.01 ? 'under 1 %' : `${Math.round(100 * share)} %`;
}

export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Text that Markdown takes as it is. */
export function escaped(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+\-.!|<>~]/g, '\\$&').replaceAll('\n', ' ');
}
