/** A mistake that the user can set right: one sentence with what is wrong and what to do, shown as it is. */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** A command that helps, offered as a button. */
  readonly remedy: Remedy | undefined;

  constructor(message: string, remedy?: Remedy, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}

export interface Remedy {
  readonly title: string;
  readonly command: string;
  readonly arguments?: readonly unknown[];
}

/** Not instanceof: what is loaded on demand is a bundle of its own, with its own class. */
export function isUserError(error: unknown): error is UserError {
  return error instanceof Error && error.name === 'UserError';
}
