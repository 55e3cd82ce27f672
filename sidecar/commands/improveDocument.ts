import {writeFileSync} from 'node:fs';
import {checkDocument} from '../document/checkDocument.ts';
import {isRecord} from '../document/documentPath.ts';
import type {WrittenLayer} from '../document/dropoutPlaces.ts';
import {formatProblem} from '../document/formatProblem.ts';
import {tutorialTips} from '../document/tutorialTips.ts';
import {writeVariant} from '../document/writeChanges.ts';
import {readDocument} from '../experiment/loadExperiment.ts';
import {printable} from '../terminal/table.ts';
import {EXIT, UserError} from '../userError.ts';

export interface ImproveOptions {
  /** Name of the new variant. */
  readonly as: string;
  readonly write?: boolean;
  readonly json?: boolean;
}

/** `mlp improve FILE`: a variant that follows the tutorial's tips, shown or written. @returns the exit code */
export function improveDocument(file: string, {as: name, write = false, json = false}: ImproveOptions): number {
  const text = readDocument(file);
  const {problems, variants, base, parsed} = checkDocument(text);
  for (const problem of problems) console.error(printable(formatProblem(problem, file)));
  if (problems.some(({severity}) => severity === 'error')) return EXIT.wrongInput;
  const written = parsed.value?.variants;
  if (isRecord(written) && Object.hasOwn(written, name)) {
    throw new UserError(`${file} has a variant "${name}" already: choose another name with --as.`, EXIT.wrongUsage);
  }
  // The layers of the document itself: a variant is a change of that, not of another variant.
  const layers = namedLayers(parsed.value?.layers, base.layers as unknown as WrittenLayer[]);
  const {changes, reasons} = tutorialTips({layers, optimizer: base.training.optimizer});
  if (write) writeFileSync(file, writeVariant(text, name, changes));
  if (json) console.log(JSON.stringify({variant: name, changes, reasons, written: write}));
  else console.log(report(file, name, changes, reasons, write, variants.length));
  return EXIT.done;
}

/** As they are written, with the names that variants address them by. */
function namedLayers(written: unknown, resolved: readonly WrittenLayer[]): WrittenLayer[] {
  return (written as WrittenLayer[]).map((layer, index) => ({name: resolved[index]!.name, ...layer}) as WrittenLayer);
}

function report(
  file: string,
  name: string,
  changes: Readonly<Record<string, unknown>>,
  reasons: readonly string[],
  isWritten: boolean,
  variants: number,
): string {
  const variant = JSON.stringify({[name]: changes}, null, 2)
    .split('\n')
    .slice(1, -1);
  const next = `"mlp cv ${file}" compares it with ${variants === 1 ? 'the document as it stands' : 'the other variants'}: tips are no promise.`;
  return printableLines([
    ...reasons.map(reason => `- ${reason}`),
    '',
    ...(isWritten
      ? [`${file} has them as its variant "${name}".`]
      : ['As a variant (--write puts it into the document):', ...variant]),
    '',
    next,
  ]);
}

function printableLines(lines: readonly string[]): string {
  return lines.map(printable).join('\n');
}
