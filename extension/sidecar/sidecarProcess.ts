/**
 * A running sidecar and the way to speak with it. Loaded on demand, because vscode-jsonrpc is larger than all that an
 * activation needs.
 */
import {type ChildProcess, fork} from 'node:child_process';
import {createInterface} from 'node:readline';
import {
  type CancellationToken,
  createMessageConnection,
  ErrorCodes,
  IPCMessageReader,
  IPCMessageWriter,
  ResponseError,
} from 'vscode-jsonrpc/node';
import {ERROR_CODES, type Hello, type Notifications, PROTOCOL_VERSION, type Requests} from '../../schemas/protocol.ts';
import {UserError} from '../userError.ts';
import {sidecarEnvironment} from './environment.ts';

export interface SidecarOptions {
  /** The program, dist/server.mjs. */
  readonly program: string;
  /** Node that runs it; default: the one that runs the extension host, so that users need none. */
  readonly execPath?: string;
  /** Time for the first answer, in ms. */
  readonly helloMs: number;
  /** A line that the process wrote: only what went wrong before or beside its log. */
  readonly onOutput: (line: string) => void;
}

export type NotificationHandlers = {readonly [M in keyof Notifications]: (params: Notifications[M]) => void};

export interface SidecarProcess {
  readonly hello: Hello;
  readonly pid: number;
  /** @throws UserError with a sentence of the sidecar, if it refuses; Error if it ended or has a bug */
  request<M extends keyof Requests>(
    method: M,
    params: Requests[M][0],
    token?: CancellationToken,
  ): Promise<Requests[M][1]>;
  /** Resolves when the process has ended, in words. */
  readonly ended: Promise<string>;
  /** Lets it store what it trains and end by itself; kills it if it does not. */
  stop(): Promise<void>;
}

/** @throws Error if the process ends, or says nothing, or is of another version than the editor */
export async function startSidecar(options: SidecarOptions, handlers: NotificationHandlers): Promise<SidecarProcess> {
  const child = fork(options.program, [], {
    execPath: options.execPath ?? process.execPath,
    execArgv: [],
    env: sidecarEnvironment(process.env),
    // Typed arrays travel as they are.
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout!, child.stderr!]) createInterface(stream).on('line', options.onOutput);
  const ended = endOf(child);
  const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  for (const [method, handler] of Object.entries(handlers)) connection.onNotification(method, handler);
  // What is asked of a process that has ended is answered at once.
  ended.then(() => connection.dispose());
  connection.onError(([error]) => options.onOutput(`connection: ${error.message}`));
  connection.listen();

  const request: SidecarProcess['request'] = async (method, params, token) => {
    try {
      return await Promise.race([
        connection.sendRequest<Requests[typeof method][1]>(method, ...(token ? [params, token] : [params])),
        ended.then(rejectEnded),
      ]);
    } catch (error) {
      if (!(error instanceof ResponseError)) throw error;
      if (error.code === ERROR_CODES.refused) throw new UserError(error.message);
      // The channel closes a moment before the process is gone.
      if (error.code === ErrorCodes.PendingResponseRejected) rejectEnded(await ended);
      throw error;
    }
  };
  try {
    const hello = await within(options.helloMs, request('mlpLab/hello', {version: PROTOCOL_VERSION}));
    if (hello.version !== PROTOCOL_VERSION) {
      throw new Error(`The sidecar speaks version ${hello.version} of the protocol, the editor ${PROTOCOL_VERSION}.`);
    }
    return {hello, pid: child.pid!, request, ended, stop: () => stop(child, ended)};
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise(resolve => {
    child.once('error', error => resolve(`it could not be started: ${error.message}`));
    child.once('exit', (code, signal) => resolve(signal ? `it was ended by ${signal}` : `it ended with code ${code}`));
  });
}

function rejectEnded(reason: string): never {
  throw new Error(`The sidecar is gone: ${reason}.`);
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The sidecar did not answer within ${ms / 1000} seconds.`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Without its channel a sidecar writes its checkpoints and ends. One that hangs is helped on. */
async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.connected) child.disconnect();
  const timers = [setTimeout(() => child.kill(), 5000), setTimeout(() => child.kill('SIGKILL'), 10_000)];
  await ended;
  for (const timer of timers) clearTimeout(timer);
}
