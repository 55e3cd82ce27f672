import type {Node} from 'jsonc-parser';
import type {Range, TextEdit} from '../../schemas/problem.ts';
import {type DocumentEdit, textEdits} from '../document/documentEdits.ts';
import {isRecord, type Path, valueAt} from '../document/documentPath.ts';
import {schemaAt} from '../document/documentSchema.ts';
import {freeName, layerNames} from '../document/layerNames.ts';
import {type Analysis, rangeOf} from './analysis.ts';
import {layerIndex, type Place, placeAt} from './place.ts';

export interface Refactoring {
  readonly kind: 'refactor.rewrite' | 'refactor.extract' | 'source';
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

interface Idea {
  readonly kind: Refactoring['kind'];
  readonly title: string;
  readonly edits: readonly DocumentEdit[];
}

/** Changes that are possible at a place and that someone may want. Each is a few small edits of the text. */
export function refactorings(analysis: Analysis, range: Range): Refactoring[] {
  const {parsed} = analysis.checked;
  const place = placeAt(analysis, analysis.offsetAt(range.start));
  if (!place || !parsed.value) return [];
  const ideas = [...layerIdeas(parsed.value, place), ...variantIdeas(parsed.value, place)];
  const possible = ideas.flatMap(({kind, title, edits}) => {
    const text = textEdits(parsed, edits);
    return text ? [{kind, title, edits: text}] : [];
  });
  const sorted = sortKeys(analysis, place);
  return sorted ? [...possible, sorted] : possible;
}

function layerIdeas(document: Record<string, unknown>, {path}: Place): Idea[] {
  const index = layerIndex(path);
  const {layers} = document;
  const layer = index === undefined ? undefined : valueAt(layers, [index]);
  if (index === undefined || !Array.isArray(layers) || !isRecord(layer)) return [];
  const at: Path = ['layers', index];
  const ideas: Idea[] = [];
  const rewrite = (title: string, ...edits: DocumentEdit[]) => ideas.push({kind: 'refactor.rewrite', title, edits});
  if (layer.type === 'dense' || layer.type === 'dropConnect') {
    const type = layer.activation === 'selu' ? 'alphaDropout' : 'dropout';
    const next = valueAt(layers, [index + 1, 'type']);
    if (!String(next).toLowerCase().includes('dropout')) {
      const name = layers.some(each => isRecord(each) && each.name !== undefined) ? {name: freshName(layers)} : {};
      rewrite('Add dropout behind this layer', {kind: 'insertAfter', path: at, value: {...name, type, rate: 0.2}});
    }
    if (layer.maxNorm === undefined) rewrite('Add a max-norm of 4', {kind: 'set', path: [...at, 'maxNorm'], value: 4});
  }
  if (typeof layer.rate === 'number' && layer.rate > 0 && layer.rate <= 1) {
    const rate = Number((1 - layer.rate).toPrecision(12));
    const title = `Convert the share kept to the share dropped: ${rate}`;
    rewrite(title, {kind: 'set', path: [...at, 'rate'], value: rate});
  }
  const unnamed = layers.flatMap((each, at) => (isRecord(each) && each.name === undefined ? [at] : []));
  if (unnamed.length > 0) {
    const names = layerNames(layers);
    const edits = unnamed.map((at): DocumentEdit => ({kind: 'set', path: ['layers', at, 'name'], value: names[at]}));
    rewrite(unnamed.length === 1 ? 'Name the layer without a name' : 'Name the layers without a name', ...edits);
  }
  return ideas;
}

function freshName(layers: readonly unknown[]): string {
  const names = layerNames(layers);
  return names.includes('drop1') || names.includes('drop') ? freeName('drop1', layers) : 'drop1';
}

/** A value becomes a variant of its own, beside the document as it is. */
function variantIdeas(document: Record<string, unknown>, {path, at, node}: Place): Idea[] {
  const dotted = dottedPath(document, path);
  const value = valueAt(document, path);
  const isFree =
    ['layers', 'training', 'output'].includes(String(path[0])) && path.at(-1) !== 'name' && path.at(-1) !== 'type';
  const isScalar = ['number', 'string', 'boolean'].includes(typeof value);
  if (dotted === undefined || !isFree || !isScalar || (at === 'value' && node.type === 'object')) return [];
  const variants = isRecord(document.variants) ? document.variants : {};
  const key = path.at(-1);
  let name = `other ${key}`;
  for (let count = 2; name in variants; count++) name = `other ${key} ${count}`;
  const change = {[dotted]: value};
  const edits: DocumentEdit[] =
    Object.keys(variants).length === 0
      ? [{kind: 'set', path: ['variants'], value: {baseline: {}, [name]: change}}]
      : [{kind: 'set', path: ['variants', name], value: change}];
  return [{kind: 'refactor.extract', title: `Derive a variant with another ${key}`, edits}];
}

/** "layers.drop1.rate"; undefined for what has no path of its own, such as an item of another list. */
function dottedPath(document: Record<string, unknown>, path: Path): string | undefined {
  const index = layerIndex(path);
  const rest = index === undefined ? path : path.slice(2);
  if (rest.length === 0 || rest.some(step => typeof step === 'number')) return undefined;
  return index === undefined ? rest.join('.') : ['layers', layerNames(document.layers)[index], ...rest].join('.');
}

/** Keys in the order of the reference. Not where comments stand between them: whose they are only a person can tell. */
function sortKeys(analysis: Analysis, {path, node, at}: Place): Refactoring | undefined {
  const {parsed} = analysis.checked;
  const objectPath = at === 'value' && node.type === 'object' ? path : path.slice(0, -1);
  const object = parsed.nodeAt(objectPath);
  const order = Object.keys(schemaAt(objectPath, parsed.value)?.properties ?? {});
  const properties = object?.type === 'object' ? (object.children ?? []) : [];
  if (order.length === 0 || properties.length < 2) return undefined;
  const rank = (property: Node) => {
    const at = order.indexOf(String(property.children?.[0]?.value));
    // Names come first, as people write layers.
    return property.children?.[0]?.value === 'name' ? -1 : at < 0 ? order.length : at;
  };
  const sorted = properties.toSorted((a, b) => rank(a) - rank(b));
  if (sorted.every((property, index) => property === properties[index])) return undefined;
  const isBetween = ({offset}: {offset: number}) =>
    offset > object!.offset &&
    offset < object!.offset + object!.length &&
    !properties.some(property => property.offset <= offset && offset < property.offset + property.length);
  if (parsed.comments().some(isBetween)) return undefined;
  const edits = properties.flatMap((property, index) => {
    const {offset, length} = sorted[index]!;
    if (property === sorted[index]) return [];
    const range = rangeOf(analysis, property.offset, property.length);
    return [{range, newText: parsed.text.slice(offset, offset + length)}];
  });
  return {kind: 'refactor.rewrite', title: 'Sort these keys', edits};
}
