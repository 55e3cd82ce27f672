import {type Node, parseTree} from 'jsonc-parser';

/** Names of the variants of a document, in its order; none where it has no variants or cannot be read. */
export function variantNames(text: string): string[] {
  const variants = property(parseTree(text), 'variants');
  return (variants?.children ?? []).map(({children}) => String(children?.[0]?.value ?? ''));
}

function property(node: Node | undefined, name: string): Node | undefined {
  if (node?.type !== 'object') return undefined;
  return node.children?.find(({children}) => children?.[0]?.value === name)?.children?.[1];
}
