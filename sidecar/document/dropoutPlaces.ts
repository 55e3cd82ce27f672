/** Where a network can drop: on its inputs, and behind each hidden layer. */

/** A layer as a document has it. */
export interface WrittenLayer {
  readonly name?: string;
  readonly type: string;
  readonly [key: string]: unknown;
}

export interface DropoutRates {
  /** Share of the inputs dropped; undefined: as it is. */
  readonly input?: number;
  /** Share of the units of each hidden layer dropped; undefined: as they are. */
  readonly hidden?: number;
}

const DROPPING = ['dropout', 'gaussianDropout', 'alphaDropout'];
const WEIGHTED = ['dense', 'dropConnect'];

/**
 * The layers with these rates. Dropout layers that are there get them; where there is none, one is put in: before the
 * first layer, and behind each hidden layer with all that belongs to it. None is put in for a rate of 0.
 * @param layers the hidden ones, all with names
 */
export function withDropout(layers: readonly WrittenLayer[], {input, hidden}: DropoutRates): WrittenLayer[] {
  const {visible, blocks} = dividedLayers(layers);
  const names = new Set(layers.map(({name}) => name));
  return [
    ...(input === undefined ? visible : dropping(visible, 'visible', input, 'dropout', names)),
    ...blocks.flatMap((block, index) =>
      hidden === undefined ? block : dropping(block, `drop${index + 1}`, hidden, kindFor(block), names),
    ),
  ];
}

/** Whether there is a hidden layer to drop units of. */
export function hasHiddenLayers(layers: readonly WrittenLayer[]): boolean {
  return dividedLayers(layers).blocks.length > 0;
}

/** What comes before the first layer of units, and each of those with what follows it. */
function dividedLayers(layers: readonly WrittenLayer[]): {visible: WrittenLayer[]; blocks: WrittenLayer[][]} {
  const visible: WrittenLayer[] = [];
  const blocks: WrittenLayer[][] = [];
  for (const layer of layers) {
    if (WEIGHTED.includes(layer.type)) blocks.push([layer]);
    else (blocks.at(-1) ?? visible).push(layer);
  }
  return {visible, blocks};
}

function dropping(
  part: readonly WrittenLayer[],
  name: string,
  rate: number,
  type: string,
  names: Set<string | undefined>,
): WrittenLayer[] {
  if (part.some(layer => DROPPING.includes(layer.type))) {
    return part.map(layer => (DROPPING.includes(layer.type) ? {...layer, rate} : layer));
  }
  if (rate === 0) return [...part];
  let free = name;
  for (let number = 2; names.has(free); number++) free = `${name}_${number}`;
  names.add(free);
  return [...part, {name: free, type, rate}];
}

/** Plain dropout would take from a SELU network what makes it normalise itself. */
function kindFor(block: readonly WrittenLayer[]): string {
  return block.some(({activation}) => activation === 'selu') ? 'alphaDropout' : 'dropout';
}
