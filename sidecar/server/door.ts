/**
 * The door of the server: every message is looked at before anything is done with it. What passes has the shape that
 * schemas/protocol.ts promises; all else is answered with an error that says what is wrong.
 */
import type {Requests} from '../../schemas/protocol.ts';
import {REQUEST_SHAPES} from './requestShapes.ts';
import {isPlainObject, ShapeError} from './shape.ts';

export type Method = keyof Requests;

/** A request that passed. */
export interface AdmittedRequest {
  readonly jsonrpc: '2.0';
  readonly id: number | string;
  readonly method: Method;
  readonly params: object;
}

export interface Refusal {
  readonly jsonrpc: '2.0';
  /** null where the message has none that can be told. */
  readonly id: number | string | null;
  readonly error: {readonly code: number; readonly message: string};
}

export type Admission =
  | {readonly kind: 'request'; readonly request: AdmittedRequest}
  /** Of JSON-RPC itself: a request is no longer wanted. */
  | {readonly kind: 'notification'; readonly message: object}
  | {readonly kind: 'refused'; readonly refusal: Refusal};

/** JSON-RPC's own codes. */
const INVALID_REQUEST = -32_600;
const METHOD_NOT_FOUND = -32_601;
const INVALID_PARAMS = -32_602;

/** Notifications that a client of JSON-RPC may send by itself; only the first asks for something. */
const TOLERATED = ['$/cancelRequest', '$/setTrace'];

/**
 * @param message anything
 * @param isOpen whether a request of this id waits for its answer
 */
export function admit(message: unknown, isOpen: (id: number | string) => boolean): Admission {
  if (!isPlainObject(message)) return refused(null, INVALID_REQUEST, 'A message must be an object.');
  const {jsonrpc, method, params} = message;
  const hasId = Object.hasOwn(message, 'id');
  const id = isId(message.id) ? message.id : null;
  if (jsonrpc !== '2.0') return refused(id, INVALID_REQUEST, 'A message must have jsonrpc "2.0".');
  if (Object.hasOwn(message, 'result') || Object.hasOwn(message, 'error')) {
    return refused(id, INVALID_REQUEST, 'A response came in, but nothing was asked.');
  }
  if (typeof method !== 'string') return refused(id, INVALID_REQUEST, 'A message must have a method, a text.');
  if (!hasId) {
    if (isTolerated(method, params)) return {kind: 'notification', message};
    return refused(null, INVALID_REQUEST, `"${short(method)}" must be sent as a request, with an id.`);
  }
  if (id === null)
    return refused(null, INVALID_REQUEST, 'An id must be an integer or a text of at most 200 characters.');
  if (isOpen(id)) return refused(id, INVALID_REQUEST, 'The id belongs to a request that is not answered yet.');
  if (!isMethod(method)) return refused(id, METHOD_NOT_FOUND, `There is no method "${short(method)}".`);
  try {
    const checked = REQUEST_SHAPES[method](params ?? {}, 'params');
    return {kind: 'request', request: {jsonrpc, id, method, params: checked}};
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    return refused(id, INVALID_PARAMS, `${method}: ${error.message}.`);
  }
}

function isTolerated(method: string, params: unknown): boolean {
  return TOLERATED.includes(method) && isPlainObject(params) && (method !== '$/cancelRequest' || isId(params.id));
}

function isId(id: unknown): id is number | string {
  return typeof id === 'string' ? id.length <= 200 : Number.isSafeInteger(id);
}

function isMethod(method: string): method is Method {
  return Object.hasOwn(REQUEST_SHAPES, method);
}

const short = (name: string) => (name.length > 60 ? `${name.slice(0, 60)}…` : name);

function refused(id: number | string | null, code: number, message: string): Admission {
  return {kind: 'refused', refusal: {jsonrpc: '2.0', id, error: {code, message}}};
}
