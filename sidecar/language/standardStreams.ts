import {createConnection, ProposedFeatures} from 'vscode-languageserver/node';
import {startLanguageServer} from './server.ts';

/** The language server of `mlp language-server`. The process ends with the connection. */
export function startOnStandardStreams(): void {
  startLanguageServer(createConnection(ProposedFeatures.all, process.stdin, process.stdout));
}
