import type {Node} from 'jsonc-parser';
import type {Problem, Range} from '../../schemas/problem.ts';
import type {Comment} from './comments.ts';
import {sortProblems} from './documentProblem.ts';
import type {ParsedDocument} from './parseDocument.ts';

/** `// mlp-ignore high-hidden-rate: the layer is wide enough`. */
interface Suppression {
  readonly codes: readonly string[];
  readonly reason: string;
  readonly range: Range;
  /** Zero-based lines that it speaks of, inclusive. */
  readonly from: number;
  readonly to: number;
}

/**
 * Problems without those that a comment `mlp-ignore CODE: reason` takes for meant. A comment behind something speaks of
 * its line; one on a line of its own of the key or the item below it, with all that is in it; one before the first
 * brace of the whole document. Errors stay: with them nothing can be trained.
 */
export function withoutSuppressed(parsed: ParsedDocument, problems: readonly Problem[]): Problem[] {
  const suppressions = readSuppressions(parsed);
  if (suppressions.length === 0) return [...problems];
  const isMeant = ({code, severity, range: {start}}: Problem) =>
    severity !== 'error' &&
    suppressions.some(({codes, from, to}) => codes.includes(code) && from <= start.line && start.line <= to);
  const unexplained = suppressions
    .filter(({reason}) => reason === '')
    .map(({codes, range}): Problem => {
      const message = `Say why ${codes.length === 1 ? `${codes[0]} does` : 'these rules do'} not apply here: // mlp-ignore ${codes.join(', ')}: reason`;
      return {code: 'ignored-without-reason', severity: 'hint', message, range};
    });
  return sortProblems([...problems.filter(problem => !isMeant(problem)), ...unexplained]);
}

const form = /^mlp-ignore\s+([a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)\s*(?::\s*(.*))?$/s;

function readSuppressions(parsed: ParsedDocument): Suppression[] {
  if (!parsed.text.includes('mlp-ignore')) return [];
  return parsed.comments().flatMap(comment => {
    const [, codes, reason = ''] = form.exec(comment.text) ?? [];
    if (codes === undefined) return [];
    const range = parsed.rangeAt(comment.offset, comment.length);
    return [{codes: codes.split(/\s*,\s*/), reason: reason.trim(), range, ...linesOf(parsed, comment)}];
  });
}

function linesOf(parsed: ParsedDocument, comment: Comment): {from: number; to: number} {
  if (comment.isBehind) return {from: comment.line, to: comment.line};
  const {tree} = parsed;
  if (!tree || comment.offset < tree.offset) return {from: 0, to: Number.POSITIVE_INFINITY};
  const below = firstBehind(tree, comment.offset);
  if (!below) return {from: comment.line, to: comment.line};
  const {start, end} = parsed.rangeAt(below.offset, below.length);
  return {from: start.line, to: end.line};
}

/** The outermost key or item that begins behind an offset, of those in the same object or list. */
function firstBehind(node: Node, offset: number): Node | undefined {
  const children = node.type === 'property' ? node.children?.slice(1) : node.children;
  const around = children?.find(child => child.offset < offset && offset < child.offset + child.length);
  return around ? firstBehind(around, offset) : children?.find(child => child.offset >= offset);
}
