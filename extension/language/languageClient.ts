/** The client of the language server. Loaded on demand: with its libraries it is ten times as large as all else. */
import * as vscode from 'vscode';
import {LanguageClient, TransportKind} from 'vscode-languageclient/node';
import {COMMANDS} from '../../schemas/commands.ts';
import {sidecarEnvironment} from '../sidecar/environment.ts';
import {lensTitle} from './lensTitles.ts';

export interface LanguageClientOptions {
  /** The program, dist/languageServer.cjs. */
  readonly program: string;
  readonly log: vscode.LogOutputChannel;
}

export interface RunningLanguageClient {
  notify(method: string, params: unknown): void;
  stop(): Promise<void>;
}

export async function startLanguageClient({program, log}: LanguageClientOptions): Promise<RunningLanguageClient> {
  const server = {
    module: program,
    transport: TransportKind.ipc,
    options: {env: sidecarEnvironment(process.env), execArgv: []},
  };
  const client = new LanguageClient('mlpLab', 'MLP Lab', server, {
    // Documents of the language json: users keep all that they have for JSON. What git shows is of the past.
    documentSelector: ['json', 'jsonc'].flatMap(language =>
      ['file', 'untitled', 'vscode-remote', 'vscode-vfs'].map(scheme => ({language, scheme, pattern: '**/*.mlp.json'})),
    ),
    outputChannel: log,
    // The owner that the problem matcher names, too: what a task told of a closed document gives way when it is opened.
    diagnosticCollectionName: 'mlp',
    // Hovers on layers lead to the panel.
    markdown: {isTrusted: {enabledCommands: [COMMANDS.showPanel]}},
    middleware: {
      async provideCodeLenses(document, token, next) {
        const lenses = (await next(document, token)) ?? [];
        for (const {command} of lenses) if (command) command.title = lensTitle(command.title);
        return lenses;
      },
    },
    initializationOptions: {
      // VS Code's own JSON service tells what the schema says.
      schemaDiagnostics: 'editor',
      // Nothing beside the document is read in a folder that is not trusted.
      isTrusted: vscode.workspace.isTrusted,
      thresholds: vscode.workspace.getConfiguration('mlpLab').get('ruleThresholds'),
    },
  });
  await client.start();
  return {
    notify: (method, params) => void client.sendNotification(method, params),
    stop: () => client.dispose(),
  };
}
