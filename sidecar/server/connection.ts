import {type CancellationToken, createMessageConnection, type Logger, ResponseError} from 'vscode-jsonrpc/node';
import {ERROR_CODES, type Notifications} from '../../schemas/protocol.ts';
import {UserError} from '../userError.ts';
import {type Channel, guardedTransport} from './channel.ts';
import type {Method} from './door.ts';
import {createHandlers, type Handlers} from './handlers.ts';
import type {Lab} from './lab.ts';
import type {Log} from './log.ts';
import {createOutbox} from './outbox.ts';
import type {StoredRuns} from './storedRuns.ts';

export interface ConnectionParts {
  readonly lab: Lab;
  readonly storedRuns: StoredRuns;
  readonly log: Log;
}

/** Serves one client until its channel closes. @returns ends it before */
export function serveClient(channel: Channel, {lab, storedRuns, log}: ConnectionParts): () => void {
  const {reader, writer} = guardedTransport(channel);
  const connection = createMessageConnection(reader, writer, quiet(log));
  const outbox = createOutbox(<M extends keyof Notifications>(method: M, params: Notifications[M]) =>
    connection.sendNotification(method, params),
  );
  const handlers = createHandlers({lab, storedRuns, log, outbox});
  const endFollowing = lab.follow(outbox);
  const endListening = log.listen(entry => outbox.logged(entry));
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    endFollowing();
    endListening();
    outbox.dispose();
    connection.dispose();
  };
  // The door lets nothing in but methods of the protocol, with parameters of their shapes.
  connection.onRequest((method, params, token) => answer(handlers, method as Method, params, signalOf(token), log));
  connection.onClose(close);
  connection.listen();
  return close;
}

async function answer(
  handlers: Handlers,
  method: Method,
  params: unknown,
  signal: AbortSignal,
  log: Log,
): Promise<unknown> {
  try {
    return await (handlers[method] as (params: unknown, signal: AbortSignal) => unknown)(params, signal);
  } catch (error) {
    if (error instanceof UserError) throw new ResponseError(ERROR_CODES.refused, error.message);
    log.error(`${method} failed`, error);
    throw new ResponseError(ERROR_CODES.internal, 'An internal error of MLP Lab: the log has the details.');
  }
}

/** Aborted when the client does not want the answer any more. */
function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

/** What the library has to say concerns single messages: it is of use to nobody but us. */
function quiet(log: Log): Logger {
  const debug = () => log.debug('the connection reported a message that it could not use');
  return {error: debug, warn: debug, info: debug, log: debug};
}
