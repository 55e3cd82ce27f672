/** The language server as a process of its own: the way to talk is among the arguments (--node-ipc, --stdio, --socket). */
import {createConnection, ProposedFeatures} from 'vscode-languageserver/node';
import {startLanguageServer} from './language/server.ts';

startLanguageServer(createConnection(ProposedFeatures.all));
