import type {DocumentLink, Location, Range as LspRange, WorkspaceEdit} from 'vscode-languageserver';
import type {Position, Range, TextEdit} from '../../schemas/problem.ts';
import {layerNames} from '../document/layerNames.ts';
import {type Analysis, rangeOf} from './analysis.ts';
import {layerIndex, layerOfPath, placeAt} from './place.ts';

/** Where the layers' names and the paths to files lead. */

/** The data file; what a variant's path addresses. @param dataUri address of the data file, if there is one */
export function definition(analysis: Analysis, position: Position, dataUri: string | undefined): Location | undefined {
  const {parsed} = analysis.checked;
  const place = placeAt(analysis, analysis.offsetAt(position));
  if (!place) return undefined;
  const {path} = place;
  if (path[0] === 'data' && path[1] === 'source' && dataUri !== undefined) {
    const start = {line: 0, character: 0};
    return {uri: dataUri, range: {start, end: start}};
  }
  const dotted = dottedPathAt(path);
  if (dotted === undefined) return undefined;
  const [section, ...rest] = dotted.split('.');
  const name = layerOfPath(dotted);
  const index = layerNames(parsed.value?.layers).indexOf(name ?? '');
  const target = name === undefined ? [section!, ...rest] : index < 0 ? undefined : ['layers', index, ...rest.slice(1)];
  if (!target) return undefined;
  return {uri: analysis.uri, range: parsed.rangeOf(target, 'key')};
}

export function documentLinks({checked, ...analysis}: Analysis, dataUri: string | undefined): DocumentLink[] {
  const node = checked.parsed.nodeAt(['data', 'source']);
  if (node?.type !== 'string' || dataUri === undefined) return [];
  const range = rangeOf(analysis, node.offset + 1, Math.max(0, node.length - 2));
  return [{range, target: dataUri, tooltip: 'Open the data file'}];
}

/** A name of a layer at a position: where it is given, or in a path that addresses it. */
interface NamedPlace {
  readonly name: string;
  readonly range: Range;
}

/** @returns the range and the name to change; undefined where there is no layer's name */
export function prepareRename(
  analysis: Analysis,
  position: Position,
): {range: LspRange; placeholder: string} | undefined {
  const found = nameAt(analysis, position);
  return found && {range: found.range, placeholder: found.name};
}

/** @returns why the name cannot be, or the edits of the layer and of all paths that address it */
export function rename(analysis: Analysis, position: Position, newName: string): WorkspaceEdit | {refused: string} {
  const found = nameAt(analysis, position);
  if (!found) return {refused: 'Only layers can be renamed: put the cursor on the name of one.'};
  const names = layerNames(analysis.checked.parsed.value?.layers);
  if (newName === '' || newName.includes('.')) return {refused: 'A name must have a character, and no dot.'};
  if (newName === 'output') return {refused: '"output" is the name of the output layer.'};
  if (newName !== found.name && names.includes(newName)) return {refused: `Another layer is called "${newName}".`};
  const edits = namePlaces(analysis, found.name).map(
    ({range}): TextEdit => ({range, newText: JSON.stringify(newName).slice(1, -1)}),
  );
  return {changes: {[analysis.uri]: [...edits, ...givenName(analysis, found.name, newName)]}};
}

export function references(analysis: Analysis, position: Position): Location[] {
  const found = nameAt(analysis, position);
  return found ? namePlaces(analysis, found.name).map(({range}) => ({uri: analysis.uri, range})) : [];
}

function nameAt(analysis: Analysis, position: Position): NamedPlace | undefined {
  const place = placeAt(analysis, analysis.offsetAt(position));
  if (!place) return undefined;
  const index = layerIndex(place.path);
  const names = layerNames(analysis.checked.parsed.value?.layers);
  if (index !== undefined && place.path.length === 3 && place.path[2] === 'name' && names[index] !== undefined) {
    const node = analysis.checked.parsed.nodeAt(place.path);
    return node && {name: names[index], range: rangeOf(analysis, node.offset + 1, node.length - 2)};
  }
  const dotted = dottedPathAt(place.path);
  const name = dotted === undefined ? undefined : layerOfPath(dotted);
  if (name === undefined || !names.includes(name)) return undefined;
  return {name, range: rangeOf(analysis, place.node.offset + 1 + 'layers.'.length, name.length)};
}

/** Every place where the name of a layer is written. */
function namePlaces(analysis: Analysis, name: string): NamedPlace[] {
  const {parsed} = analysis.checked;
  const places: NamedPlace[] = [];
  const index = layerNames(parsed.value?.layers).indexOf(name);
  const given = parsed.nodeAt(['layers', index, 'name']);
  if (given) places.push({name, range: rangeOf(analysis, given.offset + 1, given.length - 2)});
  for (const {offset, length} of pathNodes(analysis)) {
    const written = analysis.text.slice(offset + 1, offset + length - 1);
    if (layerOfPath(written) !== name) continue;
    places.push({name, range: rangeOf(analysis, offset + 1 + 'layers.'.length, name.length)});
  }
  return places;
}

/** A layer that had its name from its type gets a key for the new one. */
function givenName(analysis: Analysis, name: string, newName: string): TextEdit[] {
  const {parsed} = analysis.checked;
  const index = layerNames(parsed.value?.layers).indexOf(name);
  const first = parsed.nodeAt(['layers', index])?.children?.[0];
  if (!first || parsed.nodeAt(['layers', index, 'name'])) return [];
  return [{range: rangeOf(analysis, first.offset, 0), newText: `"name": ${JSON.stringify(newName)}, `}];
}

/** Keys that are dotted paths: of variants, and of what is tuned. */
function pathNodes({checked: {parsed}}: Analysis) {
  const variants = parsed.nodeAt(['variants'])?.children ?? [];
  const objects = [...variants.map(variant => variant.children?.[1]), parsed.nodeAt(['tune', 'space'])];
  return objects.flatMap(object =>
    object?.type === 'object' ? (object.children ?? []).flatMap(({children}) => children?.[0] ?? []) : [],
  );
}

function dottedPathAt(path: readonly (string | number)[]): string | undefined {
  const isPath =
    (path[0] === 'variants' && path.length >= 3) || (path[0] === 'tune' && path[1] === 'space' && path.length >= 3);
  return isPath ? String(path[2]) : undefined;
}
