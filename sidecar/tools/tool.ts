/** What an agent can do with MLP Lab: one core, behind the tools of the editor and behind `mlp mcp`. */
import type {StoredRun} from '../../schemas/generated/run.ts';

export interface Tool {
  /** As agents name it. */
  readonly name: string;
  readonly title: string;
  /** For the agent: what it is for, and what it gives. */
  readonly description: string;
  readonly inputs: Inputs;
  /** Whether it changes nothing. Those that do are asked for first: see `confirmation`. */
  readonly isReadOnly: boolean;
  /** What will be done and what it costs, for the user to agree to. Only tools that change something have it. */
  confirmation?(input: ToolInput, host: ToolHost): Promise<string>;
  /** @returns text for the agent @throws UserError with a sentence for the agent and its user */
  run(input: ToolInput, host: ToolHost): Promise<string>;
}

/** Where a tool works. */
export interface ToolHost {
  /** @param path as the agent gave it @returns absolute @throws UserError outside of the folders that it may touch */
  resolve(path: string): string;
  /** Trains and stores. @returns the run as it was stored; cancelled when the signal is aborted */
  crossValidate(document: string, variants: readonly string[] | null, signal: AbortSignal): Promise<StoredRun>;
  readonly signal: AbortSignal;
}

/** Names of the inputs → what they are. */
export type Inputs = {readonly [name: string]: InputKind};

export interface InputKind {
  readonly type: 'text' | 'texts' | 'flag';
  readonly description: string;
  readonly isRequired?: boolean;
}

/** What came in, once it has the kinds that the tool names. */
export type ToolInput = {readonly [name: string]: string | readonly string[] | boolean | undefined};
