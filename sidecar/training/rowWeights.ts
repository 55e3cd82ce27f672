import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import type {Target} from '../data/table.ts';

/**
 * The weight of each row in the loss, or null where all are 1. "balanced" is rows / (classes · rows of the class),
 * scikit-learn's formula, counted on the learned rows alone; classes without a row there are left out of the count.
 * @returns [rows.length], in the order of `rows`; 0 for a class that "balanced" counted no row of
 */
export function rowWeights(
  classWeights: ResolvedDocument['training']['classWeights'],
  target: Target,
  learned: Uint32Array,
  rows: Uint32Array,
): Float32Array | null {
  if (classWeights === 'none' || target.task === 'regression') return null;
  const weights = classWeights === 'balanced' ? balancedWeights(target.values, target.classes.length, learned) : null;
  // A class may have the name of a method of objects.
  const stated = new Map(classWeights === 'balanced' ? [] : Object.entries(classWeights));
  return Float32Array.from(rows, row => {
    const index = target.values[row]!;
    return weights ? weights[index]! : (stated.get(target.classes[index]!) ?? 1);
  });
}

function balancedWeights(values: Int32Array, classCount: number, rows: Uint32Array): Float64Array {
  const counts = new Float64Array(classCount);
  for (const row of rows) counts[values[row]!]!++;
  const present = counts.filter(count => count > 0).length;
  return counts.map(count => (count > 0 ? rows.length / (present * count) : 0));
}
