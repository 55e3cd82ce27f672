import type {Problem} from '../../schemas/problem.ts';
import {checkDocument} from '../document/checkDocument.ts';
import {isRecord} from '../document/documentPath.ts';
import type {WrittenLayer} from '../document/dropoutPlaces.ts';
import {type Tips, tutorialTips} from '../document/tutorialTips.ts';
import {writeVariant} from '../document/writeChanges.ts';
import {EXIT, UserError} from '../userError.ts';

export interface Improvement extends Tips {
  /** Of the new variant. */
  readonly name: string;
  /** The text of the document with the variant, and nothing else changed. */
  readonly text: string;
  /** Variants that there were before, at least 1. */
  readonly variants: number;
}

/**
 * A variant that follows the tutorial's tips. @param name of it; null: "tips", with a number where that is taken
 * @returns the problems too; where there is an error among them, there is no improvement
 * @throws UserError if the document has a variant of that name
 */
export function improveDocument(
  text: string,
  name: string | null,
): {readonly improvement: Improvement | null; readonly problems: readonly Problem[]} {
  const {problems, variants, base, parsed} = checkDocument(text);
  if (problems.some(({severity}) => severity === 'error')) return {improvement: null, problems};
  const written = parsed.value?.variants;
  const taken = isRecord(written) ? Object.keys(written) : [];
  if (name !== null && taken.includes(name)) {
    throw new UserError(
      `The document has a variant "${name}" already: choose another name (--as NAME).`,
      EXIT.wrongUsage,
    );
  }
  const free = name ?? freeName(taken);
  // The layers of the document itself: a variant is a change of that, not of another variant.
  const layers = namedLayers(parsed.value?.layers, base.layers as unknown as WrittenLayer[]);
  const tips = tutorialTips({layers, optimizer: base.training.optimizer});
  const improvement = {...tips, name: free, text: writeVariant(text, free, tips.changes), variants: variants.length};
  return {improvement, problems};
}

function freeName(taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? 'tips' : `tips ${number}`;
    if (!taken.includes(name)) return name;
  }
}

/** As they are written, with the names that variants address them by. */
function namedLayers(written: unknown, resolved: readonly WrittenLayer[]): WrittenLayer[] {
  return (written as WrittenLayer[]).map((layer, index) => ({name: resolved[index]!.name, ...layer}) as WrittenLayer);
}
