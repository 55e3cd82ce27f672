import {setTo} from './commonFixes.ts';
import {isRecord} from './documentPath.ts';
import {type DocumentProblem, quoted} from './documentProblem.ts';

/**
 * The name of each layer: as given, or its type and its number among the layers of that type, such as "dense2".
 * @param layers as they were written, possibly wrong
 */
export function layerNames(layers: unknown): string[] {
  if (!Array.isArray(layers)) return [];
  const counts = new Map<unknown, number>();
  return layers.map((layer: unknown) => {
    const type = isRecord(layer) ? layer.type : undefined;
    const count = (counts.get(type) ?? 0) + 1;
    counts.set(type, count);
    return isNamed(layer) ? layer.name : `${typeof type === 'string' ? type : 'layer'}${count}`;
  });
}

/** The same document with the name of every layer written. */
export function withLayerNames(document: Record<string, unknown>): Record<string, unknown> {
  if (!Array.isArray(document.layers)) return document;
  const names = layerNames(document.layers);
  const layers = document.layers.map((layer: unknown, index) =>
    isRecord(layer) && layer.name === undefined ? {...layer, name: names[index]} : layer,
  );
  return {...document, layers};
}

/** Names that do not tell one layer. */
export function checkLayerNames(layers: unknown): DocumentProblem[] {
  if (!Array.isArray(layers)) return [];
  const problems: DocumentProblem[] = [];
  const firsts = new Map<string, number>();
  for (const [index, name] of layerNames(layers).entries()) {
    const isGiven = isNamed(layers[index]);
    const report = (code: string, message: string) =>
      problems.push({
        code,
        severity: 'error',
        message,
        path: ['layers', index, isGiven ? 'name' : 'type'],
        at: 'value',
        fixes: [setTo(['layers', index, 'name'], freeName(name, layers))],
      });
    const first = firsts.get(name);
    if (name === 'output') {
      report('reserved-layer-name', 'The name "output" belongs to the output layer. Choose another.');
    } else if (first === undefined) {
      firsts.set(name, index);
    } else if (isGiven) {
      report(
        'duplicate-layer-name',
        `Layers ${first + 1} and ${index + 1} are both named ${quoted(name)}. Rename one.`,
      );
    } else {
      const message = `This layer would be named ${quoted(name)}, as layer ${first + 1} is. Give it a name.`;
      report('duplicate-layer-name', message);
    }
  }
  return problems;
}

/** A name like this one that no layer has. */
export function freeName(name: string, layers: readonly unknown[]): string {
  const taken = new Set([...layerNames(layers), 'output']);
  const stem = name.replace(/\d+$/, '');
  let count = 2;
  while (taken.has(`${stem}${count}`)) count++;
  return `${stem}${count}`;
}

function isNamed(layer: unknown): layer is {name: string} {
  return isRecord(layer) && typeof layer.name === 'string';
}
