/** Writing a value into the text of a document: only what must change changes, comments and layout stay. */
import type {TextEdit} from '../../schemas/problem.ts';
import {changePath} from './changePath.ts';
import {type DocumentEdit, textEdits} from './documentEdits.ts';
import {isRecord, type Path} from './documentPath.ts';
import type {WrittenLayer} from './dropoutPlaces.ts';
import {layerNames, withLayerNames} from './layerNames.ts';
import {parseDocument} from './parseDocument.ts';

/**
 * The text with values set at dotted paths, as a variant would set them. A whole list of layers is written layer by layer:
 * values of layers that are there are changed in place, and new layers are put in between.
 * @throws RangeError if a path leads nowhere
 */
export function writeChanges(text: string, changes: Readonly<Record<string, unknown>>): string {
  return Object.entries(changes).reduce((changed, [dotted, value]) => {
    if (dotted === 'layers') return writeLayers(changed, value as WrittenLayer[]);
    const found = changePath(dotted, withLayerNames(parseDocument(changed).value ?? {}));
    if ('message' in found) throw new RangeError(found.message);
    return edited(changed, {kind: 'set', path: found.path, value});
  }, text);
}

/**
 * The text with one more variant, or another content of a variant that is there. A document without variants gets one that
 * stands for itself, to be compared with.
 */
export function writeVariant(text: string, name: string, changes: Readonly<Record<string, unknown>>): string {
  const {variants} = parseDocument(text).value ?? {};
  const hasVariants = isRecord(variants) && Object.keys(variants).length > 0;
  const value = hasVariants ? changes : {[AS_IT_STANDS]: {}, [name]: changes};
  return edited(text, {kind: 'set', path: hasVariants ? ['variants', name] : ['variants'], value});
}

/** The text with one value of a variant that is there. @param path in the variant, which begins with a dotted path */
export function writeInVariant(text: string, name: string, path: Path, value: unknown): string {
  return edited(text, {kind: 'set', path: ['variants', name, ...path], value});
}

const AS_IT_STANDS = 'as it stands';

function writeLayers(text: string, wanted: readonly WrittenLayer[]): string {
  const old = (parseDocument(text).value?.layers ?? []) as WrittenLayer[];
  const names = layerNames(old);
  return wanted.reduce((changed, layer, index) => {
    const at = names.indexOf(layer.name ?? '');
    if (at === -1) return insertLayer(changed, layer, index);
    return Object.entries(layer).reduce(
      (text_, [key, value]) =>
        // A name that a layer was given only to be addressed is not written.
        key === 'name' || old[at]![key] === value
          ? text_
          : edited(text_, {kind: 'set', path: ['layers', index, key], value}),
      changed,
    );
  }, text);
}

/** All layers before it are there already. */
function insertLayer(text: string, layer: WrittenLayer, index: number): string {
  const {layers} = parseDocument(text).value ?? {};
  const count = Array.isArray(layers) ? layers.length : 0;
  if (count === 0) return edited(text, {kind: 'append', path: ['layers'], value: layer});
  return index === 0
    ? edited(text, {kind: 'insertBefore', path: ['layers', 0], value: layer})
    : edited(text, {kind: 'insertAfter', path: ['layers', index - 1], value: layer});
}

function edited(text: string, edit: DocumentEdit): string {
  const edits = textEdits(parseDocument(text), [edit]);
  if (!edits) throw new RangeError(`${JSON.stringify(edit)} must lead to a place of the document`);
  return applied(text, edits);
}

/** From the last to the first, so that places stay those of the text as it was. */
function applied(text: string, edits: readonly TextEdit[]): string {
  const starts = [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map(({index, 0: end}) => index + end.length)];
  const offsetOf = ({line, character}: TextEdit['range']['start']) => starts[line]! + character;
  return edits
    .map(({range, newText}) => ({from: offsetOf(range.start), to: offsetOf(range.end), newText}))
    .sort((a, b) => b.from - a.from)
    .reduce((changed, {from, to, newText}) => changed.slice(0, from) + newText + changed.slice(to), text);
}
