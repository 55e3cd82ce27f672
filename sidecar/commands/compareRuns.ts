import {closestName} from '../closestName.ts';
import {compareVariants, type StoredVariant, storedVariants} from '../runs/compareStoredRuns.ts';
import {findRun} from '../runs/findRuns.ts';
import {comparisonReport} from '../terminal/comparisonReport.ts';
import {EXIT, UserError} from '../userError.ts';

export interface CompareOptions {
  /** Name of the variant that all others are compared with; the first one unless told. */
  readonly reference?: string;
  readonly margin?: number;
  readonly json?: boolean;
}

/** `mlp compare FILE|RUN…`. @returns the exit code */
export function compareRuns(paths: readonly string[], {reference: asked, margin, json}: CompareOptions): number {
  const found = paths.map(path => findRun(path, 'crossValidation'));
  const variants = storedVariants(found.map(({run}) => run));
  if (variants.length < 2) {
    throw new UserError('There is one variant only: give a document with several variants, or several runs.');
  }
  const reference = asked === undefined ? variants[0]! : variantNamed(asked, variants);
  const {comparisons, notes} = compareVariants(variants, reference, margin);
  if (json) {
    const named = variants.map(({name, run, result}) => ({name, run: run.id, summary: result.summary}));
    console.log(JSON.stringify({reference: reference.name, variants: named, comparisons, notes}));
  } else {
    const rows = variants.map(({name, result}) => ({name, summary: result.summary}));
    console.log(comparisonReport(reference.name, rows, comparisons, notes));
  }
  return EXIT.done;
}

function variantNamed(name: string, variants: readonly StoredVariant[]): StoredVariant {
  const found = variants.find(variant => variant.name === name);
  if (found) return found;
  const known = variants.map(variant => variant.name);
  const close = closestName(name, known);
  const meant =
    close === undefined ? `There are ${known.map(one => `"${one}"`).join(', ')}.` : `Did you mean "${close}"?`;
  throw new UserError(`There is no variant "${name}" in these runs. ${meant}`, EXIT.wrongUsage);
}
