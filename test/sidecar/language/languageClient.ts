/** A client of the language server for tests: an editor that only asks. */
import {type ChildProcess, spawn} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type {Diagnostic} from 'vscode-languageserver';

export interface TestClient {
  readonly connection: MessageConnection;
  /** Opens a text, and waits for its first diagnostics. */
  open(path: string, text?: string): Promise<Diagnostic[]>;
  /** Waits for diagnostics that fulfil a condition. */
  until(path: string, wanted: (found: readonly Diagnostic[]) => boolean): Promise<Diagnostic[]>;
  uriOf(path: string): string;
  /** Ends the server as an editor does. @returns its exit code */
  stop(): Promise<number | null>;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** @param command the program and its arguments */
export async function startClient(
  command: readonly string[],
  transport: 'stdio' | 'ipc',
  initializationOptions: object,
): Promise<TestClient> {
  const [program, ...args] = command as [string, ...string[]];
  const child = spawn(program, args, {
    cwd: root,
    stdio: transport === 'ipc' ? ['ignore', 'inherit', 'inherit', 'ipc'] : ['pipe', 'pipe', 'inherit'],
  });
  const connection = connectionTo(child, transport);
  const latest = new Map<string, Diagnostic[]>();
  const listeners = new Set<() => void>();
  connection.onNotification('textDocument/publishDiagnostics', ({uri, diagnostics}) => {
    latest.set(uri, diagnostics);
    for (const listener of [...listeners]) listener();
  });
  connection.onRequest('client/registerCapability', () => null);
  connection.listen();
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: null,
    capabilities: {workspace: {didChangeWatchedFiles: {dynamicRegistration: true}}},
    initializationOptions,
  });
  await connection.sendNotification('initialized', {});

  const uriOf = (path: string) => pathToFileURL(path).href;
  const until: TestClient['until'] = (path, wanted) =>
    new Promise(resolve => {
      const look = () => {
        const found = latest.get(uriOf(path));
        if (!found || !wanted(found)) return;
        listeners.delete(look);
        resolve(found);
      };
      listeners.add(look);
      look();
    });
  return {
    connection,
    uriOf,
    until,
    async open(path, text = readFileSync(path, 'utf8')) {
      const textDocument = {uri: uriOf(path), languageId: 'json', version: 1, text};
      await connection.sendNotification('textDocument/didOpen', {textDocument});
      return until(path, () => true);
    },
    async stop() {
      const ended = new Promise<number | null>(resolve => child.once('exit', resolve));
      await connection.sendRequest('shutdown');
      await connection.sendNotification('exit');
      const code = await ended;
      connection.dispose();
      return code;
    },
  };
}

function connectionTo(child: ChildProcess, transport: 'stdio' | 'ipc'): MessageConnection {
  return transport === 'ipc'
    ? createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child))
    : createMessageConnection(new StreamMessageReader(child.stdout!), new StreamMessageWriter(child.stdin!));
}
