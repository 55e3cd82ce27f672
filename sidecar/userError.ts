/** A mistake of the user or a failure of the machine that one sentence explains: shown as it is, without a stack. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = EXIT.wrongInput, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

export const EXIT = {
  done: 0,
  /** The document or the data are wrong. */
  wrongInput: 1,
  wrongUsage: 2,
  /** Training diverged, ran out of memory, or its results could not be stored. */
  failed: 3,
  cancelled: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
