import type {DataSection} from './dataFile.ts';

export type Delimiter = Exclude<DataSection['delimiter'], 'auto'>;

/**
 * In the order of preference where several divide all lines alike. The comma is last: it is what the others are chosen
 * to avoid, so texts and decimal commas may hold it in every line.
 */
const delimiters: readonly Delimiter[] = ['\t', ';', '|', ','];

/** A line per row is enough to tell; a few more show that it was no accident. */
const mostLines = 20;

/**
 * The delimiter of a text, found from its first lines: the one that is in each line equally often. If there is none,
 * the one that is in most lines as often as in the first, so that a row with too many cells is still told from a text
 * with another delimiter. A comma if none is in the first line: then there is one column.
 * @param sample the beginning of the text
 * @param isWhole whether that is all of it; otherwise its last line is not looked at
 */
export function findDelimiter(sample: string, isWhole: boolean): Delimiter {
  const counts = delimiterCounts(sample, isWhole);
  let best: Delimiter = ',';
  let bestShare = 0;
  for (const [index, delimiter] of delimiters.entries()) {
    const first = counts[0]?.[index] ?? 0;
    if (first === 0) continue;
    const share = counts.filter(line => line[index] === first).length / counts.length;
    if (share > bestShare) {
      best = delimiter;
      bestShare = share;
    }
  }
  return best;
}

/** Of each of the first lines, how often each delimiter is in it outside quotes. */
function delimiterCounts(sample: string, isWhole: boolean): number[][] {
  const lines: number[][] = [];
  let counts = delimiters.map(() => 0);
  let isQuoted = false;
  let isBlank = true;
  const endLine = () => {
    if (!isBlank) lines.push(counts);
    counts = delimiters.map(() => 0);
    isBlank = true;
  };
  for (const character of sample) {
    if (lines.length === mostLines) return lines;
    // A doubled quote closes and opens again, which comes to the same.
    if (character === '"') isQuoted = !isQuoted;
    if (!isQuoted && (character === '\n' || character === '\r')) {
      endLine();
      continue;
    }
    isBlank = false;
    const index = isQuoted ? -1 : delimiters.indexOf(character as Delimiter);
    if (index >= 0) counts[index]!++;
  }
  // The last line may be cut off; but if it is the only one, it must do.
  if (isWhole || lines.length === 0) endLine();
  return lines;
}
