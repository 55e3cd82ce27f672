import type {SchemaDiagnostics} from './diagnostics.ts';

/** What an editor tells when it starts the server (`initializationOptions`). All may be left out. */
export interface LanguageOptions {
  /** "editor": the editor has a JSON service that knows the schema. Default: "server". */
  readonly schemaDiagnostics: SchemaDiagnostics;
  /** Whether files beside documents may be read: data, stored runs. Default: true. */
  readonly isTrusted: boolean;
  /** Address of the page about the rules, to which `#CODE` is added. Default: the page beside the program. */
  readonly rulesPage: string | undefined;
  /** Numbers that rules compare with, by name. */
  readonly thresholds: unknown;
}

export function parseLanguageOptions(given: unknown): LanguageOptions {
  const options = typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {};
  return {
    schemaDiagnostics: options.schemaDiagnostics === 'editor' ? 'editor' : 'server',
    isTrusted: options.isTrusted !== false,
    rulesPage: typeof options.rulesPage === 'string' ? options.rulesPage : undefined,
    thresholds: options.thresholds,
  };
}
