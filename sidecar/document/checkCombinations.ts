import {isDeepStrictEqual} from 'node:util';
import type {Problem} from '../../schemas/problem.ts';
import {checkEffects} from './checkEffects.ts';
import {checkLayers} from './checkLayers.ts';
import {valueAt} from './documentPath.ts';
import {type DocumentProblem, movedProblem, placeProblem} from './documentProblem.ts';
import type {ParsedDocument} from './parseDocument.ts';
import {checkOutput} from './resolveOutput.ts';
import type {ResolvedVariant} from './resolveVariants.ts';

/** What is right by itself but not together, as far as it can be told without the data. */
export function checkCombinations(parsed: ParsedDocument, variants: readonly ResolvedVariant[]): Problem[] {
  const found = variants.map(variant => {
    const {document, written} = variant;
    const task = document.data.task === 'auto' ? undefined : document.data.task;
    return [
      ...checkEffects(written, document),
      ...checkLayers(document),
      ...checkOutput(document, {task, classCount: undefined}),
    ];
  });
  /** A key of the document that does something in one variant has an effect. */
  const isUseless = ({code, path}: DocumentProblem) =>
    variants.every(
      ({written}, index) =>
        valueAt(written, path) === undefined ||
        found[index]!.some(other => other.code === code && isDeepStrictEqual(other.path, path)),
    );
  return variants.flatMap((variant, index) =>
    found[index]!.flatMap(problem => {
      const path = variant.placeOf(problem.path);
      const counts = problem.code !== 'no-effect' || path[0] === 'variants' || isUseless(problem);
      return counts ? [placeProblem(parsed, movedProblem(problem, variant.placeOf))] : [];
    }),
  );
}
