import type {FromPanel, PanelMethod, PanelState, ToPanel} from '../schemas/panel.ts';
import type {Requests} from '../schemas/protocol.ts';

interface VsCodeApi {
  postMessage(message: FromPanel): void;
  getState(): unknown;
  setState(state: PanelState): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

/** What the sidecar refused, in a sentence for the user. */
export class Refusal extends Error {}

/** The extension host, as the page sees it. */
export interface Host {
  /** @throws Refusal with a sentence for the user */
  request<M extends PanelMethod>(method: M, params: Requests[M][0]): Promise<Requests[M][1]>;
  post(message: Exclude<FromPanel, {kind: 'request'}>): void;
  readState(): PanelState | null;
  writeState(state: PanelState): void;
}

type Answer = {readonly resolve: (result: never) => void; readonly reject: (error: Error) => void};
export type Unanswered = Exclude<ToPanel, {kind: 'response' | 'refused'}>;

/** @param onMessage gets what is not the answer to a request */
export function connectHost(onMessage: (message: Unanswered) => void): Host {
  const api = acquireVsCodeApi();
  const waiting = new Map<number, Answer>();
  let lastId = 0;

  window.addEventListener('message', ({data}: MessageEvent<ToPanel>) => {
    if (data.kind === 'response' || data.kind === 'refused') {
      const answer = waiting.get(data.id);
      waiting.delete(data.id);
      if (data.kind === 'response') answer?.resolve(data.result as never);
      else answer?.reject(new Refusal(data.message));
      return;
    }
    if (data.kind === 'sidecar') {
      // Nobody will answer what the old process was asked.
      for (const {reject} of waiting.values()) reject(new Refusal('The training process ended before it answered.'));
      waiting.clear();
    }
    onMessage(data);
  });

  return {
    request: (method, params) =>
      new Promise((resolve, reject) => {
        const id = ++lastId;
        waiting.set(id, {resolve: resolve as Answer['resolve'], reject});
        api.postMessage({kind: 'request', id, method, params} as FromPanel);
      }),
    post: message => api.postMessage(message),
    readState: () => parseState(api.getState()),
    writeState: state => api.setState(state),
  };
}

/** A state of another version, or none, is no state. */
function parseState(state: unknown): PanelState | null {
  const known = state as Partial<PanelState> | null | undefined;
  return known?.version === 1 && typeof known.directory === 'string' ? (known as PanelState) : null;
}
