import {findNodeAtOffset, type Node} from 'jsonc-parser';
import type {Path} from '../document/documentPath.ts';
import type {Analysis} from './analysis.ts';

/** What a position in a document points at. */
export interface Place {
  readonly path: Path;
  readonly at: 'key' | 'value';
  /** The key or the value itself. */
  readonly node: Node;
}

export function placeAt({checked}: Analysis, offset: number): Place | undefined {
  const {tree} = checked.parsed;
  const node = tree && findNodeAtOffset(tree, offset, true);
  if (!node) return undefined;
  const isKey = node.parent?.type === 'property' && node.parent.children?.[0] === node;
  if (node.type === 'property') return {path: pathTo(node), at: 'key', node: node.children![0]!};
  return {path: pathTo(isKey ? node.parent! : node), at: isKey ? 'key' : 'value', node};
}

function pathTo(node: Node): Path {
  const path: (string | number)[] = [];
  for (let each: Node | undefined = node; each; each = each.parent) {
    if (each.type === 'property') path.unshift(String(each.children?.[0]?.value));
    else if (each.parent?.type === 'array') path.unshift(each.parent.children!.indexOf(each));
  }
  return path;
}

/** Index of the layer that a path leads into; undefined elsewhere. */
export function layerIndex(path: Path): number | undefined {
  return path[0] === 'layers' && typeof path[1] === 'number' ? path[1] : undefined;
}

/** The name of the layer that a variant's dotted path addresses. */
export function layerOfPath(dotted: string): string | undefined {
  return /^layers\.([^.]+)(\.|$)/.exec(dotted)?.[1];
}

/** Whether a path is that of a change: a key of a variant. */
export function isChange(path: Path): path is readonly ['variants', string, string] {
  return path.length === 3 && path[0] === 'variants';
}
