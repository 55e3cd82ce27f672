/**
 * Asks one thing at a time, and of what was wanted meanwhile only the last: so a slider that moves faster than the
 * answers come never waits for answers that nobody wants any more.
 */
export class LatestRequest<T> {
  readonly #onAnswer: (answer: T) => void;
  readonly #onError: (error: Error) => void;
  #isBusy = false;
  #next: {key: string; ask: () => Promise<T>} | null = null;
  #key = '';

  constructor(onAnswer: (answer: T) => void, onError: (error: Error) => void) {
    this.#onAnswer = onAnswer;
    this.#onError = onError;
  }

  /** @param key what is asked for; asking for the same again does nothing */
  ask(key: string, ask: () => Promise<T>): void {
    if (key === this.#key) return;
    this.#key = key;
    this.#next = {key, ask};
    if (!this.#isBusy) void this.#work();
  }

  /** What is asked next is asked even if it is the same. */
  forget(): void {
    this.#key = '';
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    while (this.#next) {
      const {key, ask} = this.#next;
      this.#next = null;
      try {
        const answer = await ask();
        // An answer that is not the newest wish is shown all the same: a moving slider shows movement.
        this.#onAnswer(answer);
      } catch (error) {
        if (key === this.#key) this.#onError(error as Error);
      }
    }
    this.#isBusy = false;
  }
}
