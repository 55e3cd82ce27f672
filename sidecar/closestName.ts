/**
 * The name that was probably meant, for "did you mean". Case, underscores and hyphens do not count; otherwise one
 * mistake is allowed for every three characters: inserted, left out, replaced, or two neighbours swapped.
 * @param candidates the first of equally near ones is taken
 */
export function closestName(name: string, candidates: readonly string[]): string | undefined {
  if (name.length > longestName) return undefined;
  const plain = withoutStyle(name);
  let closest: string | undefined;
  let closestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const plainCandidate = withoutStyle(candidate);
    const limit = Math.floor(Math.max(plain.length, plainCandidate.length) / 3);
    if (Math.abs(plain.length - plainCandidate.length) > limit) continue;
    const distance = editDistance(plain, plainCandidate);
    if (distance <= limit && distance < closestDistance) {
      closest = candidate;
      closestDistance = distance;
    }
  }
  return closest;
}

/** A longer name is no slip of the finger, and the distance takes the product of the lengths. */
const longestName = 64;

/** `keep_prob`, `keep-prob` and `keepProb` are one name. */
export function withoutStyle(name: string): string {
  return name.toLowerCase().replace(/[_\-\s]/g, '');
}

/**
 * Damerau-Levenshtein distance in the restricted form (optimal string alignment): no part is edited twice.
 * @see Damerau 1964, CACM 7(3):171–176
 */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({length: b.length + 1}, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = last[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      let distance = Math.min(last[column]! + 1, current[column - 1]! + 1, replaced);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        distance = Math.min(distance, beforeLast[column - 2]! + 1);
      }
      current.push(distance);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length]!;
}
