/** At most `most` of the numbers below `count`, from all over them. */
export function evenlySpaced(count: number, most: number): Uint32Array {
  const taken = Math.min(count, most);
  return Uint32Array.from({length: taken}, (_, i) => Math.floor((i * count) / taken));
}
