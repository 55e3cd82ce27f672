import {type ChildProcess, fork} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {type CancellationToken, createMessageConnection, IPCMessageReader, IPCMessageWriter} from 'vscode-jsonrpc/node';
import {type Notifications, PROTOCOL_VERSION, type Requests} from '../../schemas/protocol.ts';

/** A client of a real sidecar in a process of its own, as the editor's extension is one. */
export interface SidecarClient {
  readonly process: ChildProcess;
  /** @param token cancels the request, where it is one that can be */
  request<M extends keyof Requests>(
    method: M,
    params: Requests[M][0],
    token?: CancellationToken,
  ): Promise<Requests[M][1]>;
  /** @returns ends the listening */
  on<M extends keyof Notifications>(method: M, listener: (params: Notifications[M]) => void): () => void;
  /** Resolves with the first wanted notification, of those that come from now on. */
  next<M extends keyof Notifications>(
    method: M,
    isWanted?: (params: Notifications[M]) => boolean,
  ): Promise<Notifications[M]>;
  /** What the sidecar has written to its standard error. */
  log(): string;
  /** Closes the channel, as an editor does that ends. @returns the exit code */
  close(): Promise<number | null>;
}

const STUCK_MS = 20_000;

/** The server, from its sources. */
export const SERVER = fileURLToPath(new URL('../../sidecar/server.ts', import.meta.url));

/** Starts a sidecar and says hello to it. It does not give way to other programs: a test would wait for them. */
export async function startSidecar(env: NodeJS.ProcessEnv = {}, file: string = SERVER): Promise<SidecarClient> {
  const child = fork(file, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {...process.env, MLP_LAB_PRIORITY: 'normal', ...env},
    execArgv: [],
  });
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', text => {
    log += text;
  });
  const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  const listeners = new Set<{readonly method: string; readonly listener: (params: never) => void}>();
  connection.onNotification((method, params) => {
    for (const one of listeners) if (one.method === method) one.listener(params as never);
  });
  connection.listen();

  const client: SidecarClient = {
    process: child,
    request: (method, params, token) =>
      token ? connection.sendRequest(method, params, token) : connection.sendRequest(method, params),
    on(method, listener) {
      const entry = {method, listener};
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
    next: (method, isWanted = () => true) =>
      new Promise(resolve => {
        const end = client.on(method, params => {
          if (!isWanted(params)) return;
          end();
          resolve(params);
        });
      }),
    log: () => log,
    async close() {
      const hasExited = child.exitCode !== null || child.signalCode !== null;
      // Not by `once` of node:events, which takes an error for the end.
      const exited = hasExited ? null : new Promise(resolve => child.on('exit', resolve));
      if (child.connected) child.disconnect();
      // Node lets a message that it has begun to read be read to its end, and then hears nothing of it: so, once in a
      // great while, the channel is never closed, and the end of the process is called an error.
      child.on('error', () => undefined);
      const stuck = setTimeout(() => child.kill(), STUCK_MS);
      await exited;
      clearTimeout(stuck);
      connection.dispose();
      return child.exitCode;
    },
  };
  await client.request('mlpLab/hello', {version: PROTOCOL_VERSION});
  return client;
}
