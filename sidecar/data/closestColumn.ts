/**
 * The column that was probably meant, for "did you mean": one mistake is allowed for every three characters, and case,
 * blanks, hyphens and underscores do not count.
 * @param names the first of equally near ones is taken
 */
export function closestColumn(name: string, names: readonly string[]): string | undefined {
  const plain = withoutStyle(name);
  // A longer name is no slip of the finger, and the distance takes the product of the lengths.
  if (plain.length > 64) return undefined;
  let closest: string | undefined;
  let closestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of names) {
    const other = withoutStyle(candidate);
    const limit = Math.floor(Math.max(plain.length, other.length) / 3);
    if (Math.abs(plain.length - other.length) > limit) continue;
    const distance = editDistance(plain, other);
    if (distance <= limit && distance < closestDistance) {
      closest = candidate;
      closestDistance = distance;
    }
  }
  return closest;
}

function withoutStyle(name: string): string {
  return name.toLowerCase().replace(/[_\-\s]/g, '');
}

/** Levenshtein distance: characters inserted, left out or replaced. */
function editDistance(a: string, b: string): number {
  let last = Array.from({length: b.length + 1}, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = last[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(last[column]! + 1, current[column - 1]! + 1, replaced));
    }
    last = current;
  }
  return last[b.length]!;
}
