/** Numbers that come bit by bit, packed: a hundred folds of hundreds of epochs are some hundred kilobytes. */
export class NumberColumn {
  #values = new Float64Array(64).fill(Number.NaN);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A view of what has come; do not keep it. */
  get values(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }

  /** @param index of the first of the numbers, from 0; what is left out before it is NaN */
  write(index: number, numbers: ReadonlyArray<number | null>): void {
    const length = Math.max(this.#length, index + numbers.length);
    if (length > this.#values.length) {
      const larger = new Float64Array(Math.max(length, 2 * this.#values.length)).fill(Number.NaN);
      larger.set(this.values);
      this.#values = larger;
    }
    numbers.forEach((number, i) => {
      this.#values[index + i] = number ?? Number.NaN;
    });
    this.#length = length;
  }
}
