import {closestName} from '../closestName.ts';
import {compareVariants, type StoredVariant, storedVariants} from '../runs/compareStoredRuns.ts';
import {type FoundRun, findRun} from '../runs/findRuns.ts';
import {commandOf} from '../runs/runSummary.ts';
import {comparisonReport} from '../terminal/comparisonReport.ts';
import {resumeCommand} from '../terminal/resumeCommand.ts';
import {printable} from '../terminal/table.ts';
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
  for (const one of found) assertEnded(one);
  const variants = storedVariants(found.map(({run}) => run));
  if (variants.length < 2) {
    throw new UserError(
      `There is one variant only, "${variants[0]?.name}" of the run ${found[0]!.run.id}: give a document with several variants, or several runs.`,
    );
  }
  const reference = asked === undefined ? variants[0]! : variantNamed(asked, variants);
  const {comparisons, notes} = compareVariants(variants, reference, margin);
  if (json) {
    const named = variants.map(({name, run, result}) => ({name, run: run.id, summary: result.summary}));
    console.log(JSON.stringify({reference: reference.name, variants: named, comparisons, notes}));
  } else {
    const rows = variants.map(({name, result}) => ({name, summary: result.summary}));
    // A document stands for its newest run, which may be of some of its variants only.
    for (const [index, path] of paths.entries()) {
      if (path.endsWith('.mlp.json')) console.log(printable(`Of ${path} the newest run, ${found[index]!.run.id}`));
    }
    console.log(comparisonReport(reference.name, rows, comparisons, notes));
  }
  return EXIT.done;
}

/** @throws UserError if a cross-validation has no result yet, with the way to one */
function assertEnded({directory, run}: FoundRun): void {
  if (run.crossValidation || run.kind === 'training') return;
  const command = resumeCommand(commandOf(run), directory);
  throw new UserError(
    `${run.id} was interrupted, or still runs, so it has no result to compare. To finish it: ${command}`,
  );
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
